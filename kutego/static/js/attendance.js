/* Attendance: each tap is shown at once, saved by a small request of its own, and kept in the
   browser until the server has it. When the line drops nothing is lost; it is sent again. */

const SIGNS = { attended: "T", excused: "E", unexcused: "U", ill: "K", make_up: "N" };
const TURN = ["", "attended", "excused", "unexcused", "ill"]; // a click walks along these
const KEYS = { t: "attended", e: "excused", u: "unexcused", k: "ill", n: "make_up", delete: "", backspace: "", "?": "" };

const grid = document.querySelector("[data-attendance]");
const list = document.querySelector("[data-daymarks]");
const root = grid || list;

if (root) start();

function start() {
  const base = root.dataset.url;
  const dayOf = list ? base.match(/(\d+)\/$/)[1] : "";
  const home = list ? base.replace(/\d+\/$/, "") : base;
  const store = `kutego-attendance:${home}`;
  const known = new Map(); // what the server has, by "day:participant"
  const waiting = new Map(Object.entries(read(store)));
  const days = grid ? [...grid.querySelectorAll("thead [data-d]")].map((head) => head.dataset.d) : [];
  const spots = new Map(); // where a value stands on this page
  const undone = document.querySelector("[data-undo]");
  let last = []; // what the last tap changed, to take it back
  let changes = 0; // taps and answers, so that an older page does not undo them
  let sending = false, pause = 1000, timer = 0, stopped = "";

  collect();
  for (const [key, entry] of waiting) show(key, entry.value);
  tell();
  send();
  addEventListener("online", () => { pause = 1000; send(); });
  addEventListener("pageshow", () => send());

  // --- where things stand --------------------------------------------------------------------

  function collect() {
    if (list) {
      for (const item of list.querySelectorAll("li")) spots.set(`${dayOf}:${item.dataset.p}`, item);
    } else {
      for (const row of grid.querySelectorAll("tbody tr")) {
        const cells = [...row.cells].slice(-days.length);
        cells.forEach((cell, n) => {
          if (cell.hasAttribute("data-v")) spots.set(`${days[n]}:${row.dataset.p}`, cell);
        });
      }
    }
    for (const [key, spot] of spots) known.set(key, spot.dataset.v);
  }

  function show(key, value) {
    const spot = spots.get(key);
    if (!spot) return;
    spot.dataset.v = value;
    spot.classList.toggle("is-waiting", waiting.has(key));
    if (grid) { spot.textContent = SIGNS[value] || ""; return; }
    count();
    for (const button of spot.querySelectorAll("[data-mark]")) {
      const on = button.dataset.mark === value;
      button.setAttribute("aria-pressed", on);
      button.value = on ? "" : button.dataset.mark;
    }
    spot.querySelector("input[name=seen]").value = value;
  }

  function count() {
    const bar = document.querySelector("[data-tally]");
    if (!bar) return;
    const all = [...list.querySelectorAll("li")];
    const there = all.filter((item) => item.dataset.v === "attended").length;
    const open = all.filter((item) => !item.dataset.v && !item.hasAttribute("data-pause")).length;
    const missing = all.filter((item) => item.dataset.v).length - there;
    const rest = document.querySelector("[data-rest]");
    rest.hidden = !open;
    rest.querySelector("span").textContent = there || missing ? "Übrige: da" : "Alle da";
    for (const [name, n] of Object.entries({ there, missing, open })) bar.querySelector(`[data-count=${name}]`).textContent = n;
  }

  // --- recording -----------------------------------------------------------------------------

  function mark(key, value, confirmed = "") {
    changes += 1;
    const before = waiting.get(key);
    const seen = before ? before.seen : known.get(key) || "";
    waiting.set(key, { value, seen, confirmed });
    complain(key, "");
    if (value === seen && !(sending && before)) waiting.delete(key);
    save();
    show(key, value);
    tell();
    send();
  }

  /** Marks what somebody tapped, and remembers how it was. */
  function tap(keys, value, told) {
    last = keys.map((key) => [key, spots.get(key).dataset.v]);
    for (const key of keys) mark(key, value);
    if (!undone) return;
    undone.querySelector("span").textContent = told;
    undone.hidden = false;
  }

  function undo() {
    for (const [key, before] of last) mark(key, before);
    last = [];
    if (undone) undone.hidden = true;
  }

  async function send() {
    clearTimeout(timer);
    if (sending || !waiting.size || stopped) return;
    sending = true;
    const [key, entry] = waiting.entries().next().value;
    const [day, participant] = key.split(":");
    const body = new URLSearchParams({ csrf_token: root.dataset.token, participant, value: entry.value, seen: entry.seen });
    if (entry.confirmed) body.append("confirmed", entry.confirmed);
    let answer = null;
    try {
      answer = await fetch(`${home}${day}/mark/`, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout?.(15000) });
    } catch { /* the line is down: it stays in the queue */ }
    sending = false;
    if (!answer || answer.status >= 500) return again();
    pause = 1000;
    if (answer.type === "opaqueredirect" || answer.status === 401) return stop("Sie sind abgemeldet. Bitte in einem anderen Fenster anmelden und diese Seite neu laden");
    if (answer.status === 400) return stop("Die Seite ist zu alt. Bitte neu laden");
    await settle(key, entry, answer);
    send();
  }

  async function settle(key, sent, answer) {
    const told = await answer.json().catch(() => ({ error: "Das ging nicht. Bitte die Seite neu laden.", value: sent.seen }));
    changes += 1;
    known.set(key, told.value ?? sent.value);
    const now = waiting.get(key);
    if (answer.ok && now && now.value !== sent.value) {
      waiting.set(key, { ...now, seen: sent.value }); // changed again meanwhile
    } else {
      waiting.delete(key);
    }
    save();
    if (!answer.ok) complain(key, told.error, told.code && { value: sent.value, code: told.code });
    show(key, waiting.get(key)?.value ?? known.get(key));
    tell();
  }

  /** What somebody else has recorded meanwhile. */
  async function pull() {
    if (document.hidden || waiting.size || sending || stopped) return;
    const before = changes;
    const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (changes !== before) return;
    for (const { dataset } of page.querySelectorAll("[data-daymarks] li")) {
      const key = `${dayOf}:${dataset.p}`;
      if (!spots.has(key) || known.get(key) === dataset.v) continue;
      known.set(key, dataset.v);
      show(key, dataset.v);
    }
  }

  function again() {
    tell(true);
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, 20000);
  }

  function stop(why) {
    stopped = why;
    tell();
  }

  // --- what people read ------------------------------------------------------------------------

  function tell(down = !navigator.onLine) {
    const line = document.querySelector("[data-save-state]");
    const count = waiting.size;
    const what = count === 1 ? "1 Eintrag ist noch nicht gespeichert" : `${count} Einträge sind noch nicht gespeichert`;
    line.classList.toggle("is-open", count > 0);
    line.textContent = !count ? (known.changed ? "Alles gespeichert." : "")
      : stopped ? `${stopped}: ${what}, es geht nichts verloren.`
      : down ? `Keine Verbindung: ${what}, wird nachgeholt.` : "Wird gespeichert …";
    if (count) known.changed = true;
  }

  function complain(key, sentence, offer = null) {
    const spot = spots.get(key);
    spot?.classList.toggle("is-refused", Boolean(sentence));
    const place = list ? spot?.querySelector(".trouble") : document.querySelector("[data-save-state]");
    if (!place || (!sentence && grid)) return;
    place.hidden = !sentence;
    place.textContent = sentence;
    if (!sentence || !offer) {
      if (sentence && grid) requestAnimationFrame(() => { place.textContent = sentence; });
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-secondary";
    button.textContent = "Trotzdem";
    button.addEventListener("click", () => mark(key, offer.value, offer.code));
    requestAnimationFrame(() => { place.textContent = `${sentence} `; place.append(button); });
  }

  function save() {
    try {
      if (waiting.size) localStorage.setItem(store, JSON.stringify(Object.fromEntries(waiting)));
      else localStorage.removeItem(store);
    } catch { /* no room in the browser: the queue lives as long as the page */ }
  }

  // --- taps, clicks, keys --------------------------------------------------------------------

  if (list) {
    setInterval(pull, 30000);
    document.addEventListener("visibilitychange", pull);
  }

  list?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    const value = item.dataset.v === button.dataset.mark ? "" : button.dataset.mark;
    const proof = value === "ill" && item.hasAttribute("data-insured") ? ", versichert: bitte ein Attest geben lassen" : "";
    tap([`${dayOf}:${item.dataset.p}`], value, `${item.dataset.name}: ${value ? button.title : "noch nicht erfasst"}${proof}`);
  });

  document.querySelector("[data-rest]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const left = [...list.querySelectorAll('li[data-v=""]:not([data-pause]):not([data-rests])')];
    if (left.length) tap(left.map((item) => `${dayOf}:${item.dataset.p}`), "attended", `${left.length} als anwesend eingetragen`);
  });

  undone?.querySelector("button").addEventListener("click", undo);

  if (!grid) return;
  const keyOf = new Map([...spots].map(([key, cell]) => [cell, key]));
  const first = grid.querySelector("tbody td[data-v]");
  if (first) first.tabIndex = 0;

  function focus(cell) {
    if (!cell) return;
    grid.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    cell.tabIndex = 0;
    cell.focus();
  }

  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("tbody td[data-v]");
    if (!cell) return;
    focus(cell);
    tap([keyOf.get(cell)], TURN[(TURN.indexOf(cell.dataset.v) + 1) % TURN.length]);
  });

  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody td[data-v]");
    if (cell && event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); return undo(); }
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = cell.parentElement, at = cell.cellIndex;
    const rows = [...grid.tBodies[0].rows], n = rows.indexOf(row);
    const aim = (list_) => list_.find((each) => each?.hasAttribute("data-v"));
    const steps = {
      ArrowRight: () => aim([...row.cells].slice(at + 1)),
      ArrowLeft: () => aim([...row.cells].slice(0, at).reverse()),
      ArrowDown: () => aim(rows.slice(n + 1).map((each) => each.cells[at])),
      ArrowUp: () => aim(rows.slice(0, n).reverse().map((each) => each.cells[at])),
    };
    const letter = event.key.toLowerCase();
    if (steps[event.key]) focus(steps[event.key]());
    else if (letter in KEYS) { tap([keyOf.get(cell)], KEYS[letter]); focus(steps.ArrowDown() || cell); }
    else if (event.key === "Enter" || event.key === " ") cell.click();
    else return;
    event.preventDefault();
  });
}

function read(name) {
  try { return JSON.parse(localStorage.getItem(name)) || {}; } catch { return {}; }
}
