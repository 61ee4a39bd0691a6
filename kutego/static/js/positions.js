/* Lines of an invoice or offer: added and removed without a round trip, filled in from what is
   chosen, with totals that the server works out. Without this file the buttons do the same. */

import search, { brought } from "./line-search.js";

const form = document.querySelector("[data-positions]");
const lines = form.querySelector("[data-lines]");
const adding = form.querySelector("[data-adding]");
const kinds = [...adding.querySelectorAll("[data-add]")];
const told = JSON.parse(document.querySelector("[data-told]").textContent);
const MOST = 200;

const german = (price) => (price ? price.replace(".", ",") : "");
const field = (line, name) => line.querySelector(`[name$="-${name}"]`);
const all = () => [...lines.querySelectorAll("[data-position]")];
const choice = (line, name) => told[name]?.[field(line, name)?.value] ?? brought(name, field(line, name)?.value);
let next = 1 + Math.max(-1, ...[...lines.querySelectorAll("[name^=positions-]")].map((f) => Number(f.name.split("-")[1])));

function renumber() {
  all().forEach((line, at) => { line.querySelector("[data-place]").textContent = at + 1; });
  for (const button of kinds) button.disabled = all().length >= MOST;
}

/** A running course asks for its term and beginning, a block for neither. */
function tidy(line) {
  if (field(line, "course_date_id")) line.dataset.running = String(Boolean(choice(line, "course_date_id")?.running));
}

// --- what is chosen fills the line -------------------------------------------------------------------

/** Put in what the choice says, where the line is empty or still says what the last choice did. */
function fill(line, { text = "", price = "", rate = "" }) {
  const had = (line.filled ??= {});
  for (const [name, value] of Object.entries({ text, unit_price: german(price), vat_rate: rate })) {
    const input = field(line, name);
    if (!input || (name === "vat_rate" && !value)) continue;
    const untouched = name in had ? input.value === had[name] : !input.value || name === "vat_rate";
    if (untouched) input.value = had[name] = value;
  }
}

const CHOSEN = {
  course(line, changed) {
    const course = choice(line, "course_date_id");
    if (!course?.running) return fill(line, course ?? {});
    const term = field(line, "term_template_id");
    if (changed === "course_date_id" && course.term && !term.value) term.value = course.term;
    const article = choice(line, "term_template_id");
    return fill(line, article ? { ...article, text: `${course.text} (${article.text})` } : { text: course.text });
  },
  appointment(line) {
    const template = choice(line, "appointment_template_id");
    const lecturer = field(line, "lecturer_id");
    for (const option of lecturer.options) option.hidden = Boolean(option.value && template && !template.lecturers.includes(Number(option.value)));
    if (template && lecturer.selectedOptions[0]?.hidden) lecturer.value = "";
    if (template?.lecturers.length === 1) lecturer.value = template.lecturers[0];
    fill(line, template ?? {});
  },
  room(line) {
    const room = choice(line, "room_id");
    if (room) field(line, "unit").value = room.hourly ? "HUR" : "LS";
    fill(line, room ?? {});
  },
};

function chosen(line, changed) {
  const filled = CHOSEN[line.dataset.position];
  if (filled) filled(line, changed);
  else fill(line, choice(line, changed) ?? {});
}

/** A rental ends after it begins: an hour later, until somebody says otherwise. */
function later(line) {
  const [begin, end] = [field(line, "begins_at"), field(line, "ends_at")];
  if (!begin?.value || !end) return;
  end.min = begin.value;
  if (!end.value) end.value = new Date(Date.parse(`${begin.value}Z`) + 3_600_000).toISOString().slice(0, 16);
}

function add(button) {
  const kind = button.dataset.add;
  const box = document.createElement("template");
  box.innerHTML = document.querySelector(`[data-blank="${kind}"]`).innerHTML.replaceAll("__n__", String(next));
  next += 1;
  const line = box.content.firstElementChild;
  lines.append(line);
  searchable(line);
  adding.open = false;
  tidy(line);
  renumber();
  const first = field(line, button.dataset.first);
  (first.search ?? first).focus();
}

/** Long lists are searched. */
function searchable(line) {
  for (const select of line.querySelectorAll("select[data-search]")) select.search = search(select);
}

/** Let a line change places with the one beside it; the server reads the lines as they stand. */
function move(line, where) {
  const other = where === "up" ? line.previousElementSibling : line.nextElementSibling;
  if (!other) return;
  const focused = document.activeElement;
  if (where === "up") other.before(line);
  else other.after(line);
  focused.focus();
  renumber();
  changed();
}

// --- totals ------------------------------------------------------------------------------------------

let timer;
let asked = 0;

async function totals() {
  const mine = (asked += 1);
  const body = new FormData(form);
  body.set("do", "totals");
  const answer = await fetch(form.action || location.href, { method: "POST", body }).catch(() => null);
  if (mine !== asked || !answer?.ok) return;
  const box = document.createElement("template");
  box.innerHTML = (await answer.text()).trim();
  const fresh = box.content.querySelector("[data-totals]");
  if (!fresh) return;
  form.querySelector("[data-totals]").replaceWith(fresh);
  const amounts = fresh.dataset.amounts.split("|");
  all().forEach((line, at) => { line.querySelector("[data-amount]").textContent = amounts[at] ?? ""; });
}

function changed() {
  form.querySelector("[data-totals]").classList.add("is-old");
  clearTimeout(timer);
  timer = setTimeout(totals, 350);
}

// --- what happens ------------------------------------------------------------------------------------

form.addEventListener("input", changed);
form.addEventListener("change", (event) => {
  const line = event.target.closest("[data-position]");
  const name = event.target.name?.split("-")[2];
  if (line && name in told) chosen(line, name);
  if (line) tidy(line);
  if (name === "begins_at") later(line);
  changed();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-remove], [data-move], [data-fill]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.move) {
    move(button.closest("[data-position]"), button.dataset.move);
    return;
  }
  if (button.dataset.add) add(button);
  else if (button.dataset.fill) document.getElementById(button.dataset.fill).value = button.dataset.value;
  else {
    button.closest("[data-position]").remove();
    renumber();
    adding.open = !all().length;
    adding.querySelector("summary").focus();
  }
  changed();
});

form.addEventListener("keydown", (event) => {
  const line = event.target.closest("[data-position]");
  const where = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (line && where && event.altKey) {
    event.preventDefault();
    move(line, where);
  }
  if (event.key === "Enter" && event.target.matches("[data-newcomer] input")) {
    event.preventDefault();
    event.target.closest("[data-newcomer]").querySelector("[value=newcomer]").click();
  }
});

/* The menu of kinds: arrows walk through it, a letter jumps to the next kind that begins with it. */
adding.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && adding.open && all().length) {
    adding.open = false;
    adding.querySelector("summary").focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !adding.open) return;
  const at = kinds.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const order = [...kinds.slice(at + 1), ...kinds.slice(0, at + 1)];
  const letter = event.key.length === 1 && event.key !== " " ? event.key.toLowerCase() : null;
  const target = step ? kinds.at((at + step + kinds.length) % kinds.length)
    : letter && order.find((kind) => kind.textContent.trim().toLowerCase().startsWith(letter));
  if (!target) return;
  event.preventDefault();
  target.focus();
});
adding.addEventListener("toggle", () => {
  if (adding.open && document.activeElement === adding.querySelector("summary")) kinds[0].focus();
});

for (const button of form.querySelectorAll("[data-fill]")) button.hidden = false;
all().forEach(tidy);
all().forEach(searchable);
form.querySelector(".form-control.is-invalid, .position.is-invalid .form-control")?.focus();
renumber();
