/* Lines of an invoice or offer: added and removed without a round trip, filled in from what is
   chosen, with totals that the server works out. Without this file the buttons do the same. */

const form = document.querySelector("[data-positions]");
const lines = form.querySelector("[data-lines]");
const blank = document.querySelector("[data-blank]");
const told = JSON.parse(document.querySelector("[data-told]").textContent);
const MOST = 200;

const german = (price) => (price ? price.replace(".", ",") : "");
const field = (line, name) => line.querySelector(`[name$="-${name}"]`);
const all = () => [...lines.querySelectorAll("[data-position]")];
let next = 1 + Math.max(-1, ...[...lines.querySelectorAll("[name^=positions-]")].map((f) => Number(f.name.split("-")[1])));

function renumber() {
  all().forEach((line, at) => { line.querySelector("[data-place]").textContent = at + 1; });
  for (const button of form.querySelectorAll("[data-add]")) button.disabled = all().length >= MOST;
}

/** A running course asks for its term and beginning, a block for neither. */
function tidy(line) {
  const course = told.courses[field(line, "course_date_id")?.value];
  line.dataset.running = String(Boolean(course?.running));
}

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

function chosen(line, name) {
  if (name === "product_id") return fill(line, told.products[field(line, name).value] ?? {});
  const course = told.courses[field(line, "course_date_id").value];
  if (!course?.running) return fill(line, course ?? {});
  const term = field(line, "term_template_id");
  if (name === "course_date_id" && course.term && !term.value) term.value = course.term;
  const article = told.terms[term.value];
  return fill(line, article ? { ...article, text: `${course.text} (${article.text})` } : { text: course.text });
}

function add(kind) {
  const box = document.createElement("template");
  box.innerHTML = blank.innerHTML.replaceAll("__n__", String(next));
  next += 1;
  const line = box.content.firstElementChild;
  lines.append(line);
  field(line, "kind").value = kind;
  tidy(line);
  renumber();
  const first = { course: "course_date_id", product: "product_id", other: "text" }[kind];
  field(line, first).focus();
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
  if (line && ["course_date_id", "product_id", "term_template_id"].includes(name)) chosen(line, name);
  if (line) tidy(line);
  changed();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-remove], [data-fill]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.add) add(button.dataset.add);
  else if (button.dataset.fill) document.getElementById(button.dataset.fill).value = button.dataset.value;
  else { button.closest("[data-position]").remove(); renumber(); form.querySelector("[data-add]").focus(); }
  changed();
});

for (const button of form.querySelectorAll("[data-fill]")) button.hidden = false;
all().forEach(tidy);
renumber();
