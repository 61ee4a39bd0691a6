/* A long list in a line becomes a search: in what the list holds, or where it is cut by asking the
   server. Without this file the list shows the first of what there is. */

import combobox from "./combobox.js";

const form = document.querySelector("[data-choices]");
const told = new Map(); // what the server said of options that the page did not have

/** What an option that was searched for brings into its line, see positions.js. */
export const brought = (name, id) => told.get(`${name} ${id}`);

const words = (text) => text.toLocaleLowerCase("de").split(/\s+/).filter(Boolean);

function here(select, text) {
  const wanted = words(text);
  return [...select.options]
    .filter((option) => option.value && wanted.every((word) => option.text.toLocaleLowerCase("de").includes(word)))
    .map((option) => ({ id: option.value, label: option.text }));
}

async function everywhere(select, text) {
  if (!text.trim()) return here(select, "");
  const query = new URLSearchParams({ field: select.name.split("-")[2], q: text });
  const answer = await fetch(`${form.dataset.choices}?${query}`).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

function choose(select, value) {
  if (select.value === value) return;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function take(select, option) {
  const id = String(option.id);
  if (![...select.options].some((known) => known.value === id)) {
    select.add(new Option(option.label, id));
    told.set(`${select.name.split("-")[2]} ${id}`, option);
  }
  choose(select, id);
}

/** Put an input in the place of a list; returns it. */
export default function search(select) {
  const label = form.querySelector(`label[for="${select.id}"]`);
  const input = Object.assign(document.createElement("input"), { type: "text", id: `${select.id}-suche`, className: select.className, placeholder: "Suchen …" });
  const shown = () => (select.value ? select.selectedOptions[0].text : "");
  const all = select.dataset.search === "all";
  input.value = shown();
  if (label) label.htmlFor = input.id;
  if (select.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  select.hidden = true;
  select.before(input);
  combobox(input, {
    find: (text) => (text === shown() ? here(select, "") : all ? everywhere(select, text) : here(select, text)),
    take: (option) => take(select, option),
    typed: (text) => { if (!text) choose(select, ""); },
    rests: shown,
  });
  return input;
}
