/* Lists: selection, keyboard, hits while typing, printing. */

const region = () => document.querySelector("[data-list-region]");
const form = () => document.querySelector("[data-list]");
const boxes = () => [...document.querySelectorAll("[data-list] input[name=rowid]")];
const number = new Intl.NumberFormat("de-DE");

// --- selection -------------------------------------------------------------------------------

let last = null;

function refresh() {
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  const all = boxes();
  const chosen = all.filter((box) => box.checked);
  const everything = bar.querySelector("[data-check-all]");
  if (chosen.length < all.length) everything.checked = false;
  const count = everything.checked ? Number(form().dataset.count) : chosen.length;
  bar.querySelector("[data-selected-count]").textContent = `${number.format(count)} ausgewählt`;
  bar.classList.toggle("is-open", count > 0);
  const page = document.querySelector("[data-check-page]");
  page.checked = chosen.length === all.length && all.length > 0;
  page.indeterminate = chosen.length > 0 && chosen.length < all.length;
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-list] input[name=rowid]")) return;
  if (event.shiftKey && last && last !== box) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  }
  last = box;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-check-page], [data-check-all]")) {
    if (event.target.matches("[data-check-page]") || event.target.checked) {
      boxes().forEach((box) => { box.checked = event.target.checked; });
    }
  }
  if (event.target.closest("[data-list]")) refresh();
});
document.addEventListener("reset", (event) => {
  if (event.target.matches("[data-list]")) setTimeout(refresh);
});
addEventListener("pageshow", refresh);

// --- keyboard ----------------------------------------------------------------------------------

let current = -1;

function go(step) {
  const rows = [...document.querySelectorAll("[data-list] tbody tr")];
  if (!rows.length) return;
  rows[current]?.classList.remove("is-current");
  current = Math.min(Math.max(current + step, 0), rows.length - 1);
  rows[current].classList.add("is-current");
  rows[current].querySelector("a.row-link")?.focus({ preventScroll: true });
  rows[current].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog, details[open]")) return;
  const row = document.querySelector("[data-list] tr.is-current");
  if (event.key === "j" || event.key === "ArrowDown") { if (form()) { event.preventDefault(); go(1); } }
  else if (event.key === "k" || event.key === "ArrowUp") { if (form()) { event.preventDefault(); go(-1); } }
  else if (event.key === "x" && row) {
    const box = row.querySelector("input[name=rowid]");
    if (box) { box.checked = !box.checked; refresh(); }
  } else if (event.key === "Enter" && row?.dataset.href && event.target === document.body) location.href = row.dataset.href;
  else if (event.key === "/" && document.querySelector("[data-list-search]")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelector("[data-list-search]").select();
  }
}, true);

// --- hits while typing -----------------------------------------------------------------------------

const search = document.querySelector("[data-list-search]");
let timer;
let pending;

async function find() {
  pending?.abort();
  pending = new AbortController();
  const address = new URL(search.form.action);
  address.search = new URLSearchParams([...new FormData(search.form)].filter(([, value]) => value));
  region().classList.add("is-loading");
  try {
    const answer = await fetch(address, { signal: pending.signal });
    if (!answer.ok || answer.redirected) { search.form.submit(); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    region().replaceWith(page.querySelector("[data-list-region]"));
    const [title, there] = [document.querySelector(".page-head h1"), page.querySelector(".page-head h1")];
    if (title && there) title.replaceWith(there);
    // All tools but the search itself, in which somebody is typing, lead on from what was found.
    const tools = [document, page].map((side) => [...side.querySelector(".toolbar").children].slice(1));
    tools[0].forEach((tool) => tool.remove());
    search.form.after(...tools[1]);
    history.replaceState(null, "", address);
    current = -1;
    refresh();
  } catch (error) {
    if (error.name !== "AbortError") search.form.submit();
  }
}
search?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 200); });

// --- filters --------------------------------------------------------------------------------------

// A filter that was left empty does not stand in the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-blank-free]")) return;
  for (const input of event.target.elements) if (input.name && !input.value) input.disabled = true;
});

// --- the order of columns -----------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const line = button.closest("li");
  if (button.dataset.move === "-1") line.previousElementSibling?.before(line);
  else line.nextElementSibling?.after(line);
  button.focus();
});
let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-sortable] li");
  dragged?.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-sortable] li");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged);
  else over.after(dragged);
});
document.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; });

// --- the width of columns: dragged here, typed among the columns --------------------------------------

const NARROWEST = 40;
const WIDEST = 1000;
const dragSheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, dragSheet];
const dragRules = new Map();

function widen(place, width) {
  dragRules.set(place, `[data-list] .list-table tr > :nth-child(${place}) { width: ${width}px; min-width: ${width}px; max-width: ${width}px; }`);
  dragSheet.replaceSync(`@media screen and (min-width: 600px) { ${[...dragRules.values()].join(" ")} }`);
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  const head = grip.closest("th");
  const place = [...head.parentElement.children].indexOf(head) + 1;
  const start = head.getBoundingClientRect().width;
  let width = Math.round(start);
  grip.setPointerCapture(event.pointerId);
  grip.classList.add("is-dragged");
  document.body.classList.add("is-resizing");
  const move = (at) => {
    width = Math.round(Math.min(Math.max(start + at.clientX - event.clientX, NARROWEST), WIDEST));
    widen(place, width);
  };
  const end = () => {
    grip.removeEventListener("pointermove", move);
    grip.classList.remove("is-dragged");
    document.body.classList.remove("is-resizing");
    if (width === Math.round(start)) return;
    const token = document.querySelector("input[name=csrf_token]")?.value ?? "";
    const body = new URLSearchParams({ csrf_token: token, column: grip.dataset.grip, width });
    fetch(new URL("columns/width/", new URL(form().action, location)), { method: "POST", body }).catch(() => {});
  };
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", end, { once: true });
  grip.addEventListener("pointercancel", end, { once: true });
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());
