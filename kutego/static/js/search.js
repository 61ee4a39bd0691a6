/* The search over everything: results while typing, arrow keys, Ctrl-K or "/" from anywhere. */

const form = document.querySelector("form[data-search]");
const field = form?.querySelector("input[type=search]");
const list = form?.querySelector("[role=listbox]");
const status = form?.querySelector("[data-search-status]");

const WAIT = 120; // ms without a key before the server is asked
let timer;
let pending;
let asked = "";
let answered = ""; // the term whose hits are shown: never open one of the term before
let chosen = -1;

const hits = () => [...list.querySelectorAll("[role=option]")];
const part = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

function close() {
  list.hidden = true;
  chosen = -1;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function open() {
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
}

function choose(index) {
  const all = hits();
  if (!all.length) return;
  chosen = (index + all.length) % all.length;
  all.forEach((hit, i) => hit.setAttribute("aria-selected", String(i === chosen)));
  field.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
}

function symbol(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${list.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

function option(hit, index) {
  const link = document.createElement("a");
  link.className = "search-hit";
  link.href = hit.url;
  link.id = `treffer-${index}`;
  link.tabIndex = -1;
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  const text = part("div", "search-hit-text", "");
  text.append(part("strong", "", hit.title));
  if (hit.detail) text.append(part("span", "", hit.detail));
  link.append(symbol(hit.icon), text);
  if (hit.badge) link.append(part("span", `badge badge-${hit.badge_kind}`, hit.badge));
  return link;
}

function show(answer, term) {
  answered = term;
  list.replaceChildren();
  let index = 0;
  for (const group of answer.groups) {
    const box = document.createElement("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", group.name);
    const head = part("div", "search-group", group.name);
    head.setAttribute("aria-hidden", "true");
    box.append(head, ...group.hits.map((hit) => option(hit, index++)));
    list.append(box);
  }
  if (!index) {
    const none = part("div", "search-none", answer.hint);
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    list.append(none);
  }
  status.textContent = index === 1 ? "1 Treffer" : `${index || "Keine"} Treffer`;
  chosen = -1;
  open();
  if (index) choose(0);
}

async function ask() {
  const term = field.value.trim();
  if (term === asked && !list.hidden) return;
  pending?.abort();
  asked = term;
  if (term.length < 2) { close(); return; }
  pending = new AbortController();
  try {
    const url = `${form.action}?q=${encodeURIComponent(term)}`;
    const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: pending.signal });
    if (answer.status === 401) { location.reload(); return; }
    if (answer.ok) show(await answer.json(), term);
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

if (form) {
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  field.addEventListener("focus", () => { field.select(); if (field.value.trim().length > 1) { asked = ""; ask(); } });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0 && answered === field.value.trim()) {
      event.preventDefault();
      const hit = hits()[chosen];
      if (event.ctrlKey || event.metaKey) window.open(hit.href, "_blank", "noopener");
      else hit.click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (list.hidden) { field.value = ""; field.blur(); } else close();
    }
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the field's focus
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const wanted = ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") || (event.key === "/" && !typing);
    if (!wanted || event.altKey) return;
    event.preventDefault();
    field.focus();
  });
}
