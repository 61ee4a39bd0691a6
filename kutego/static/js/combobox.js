/* One of many, found while typing: a text input with a list under it, for keys, mouse and screen readers.

   `find` answers the options for a text ({ id, label }), `take` gets the one that was chosen, `typed`
   what stands in the input while nothing is. `rests` says what stands there when it is left. */

const WAIT = 150;
let made = 0;

export default function combobox(input, { find, take, typed = () => {}, rests }) {
  const box = Object.assign(document.createElement("div"), { className: "lookup" });
  const list = Object.assign(document.createElement("ul"), { className: "lookup-list", id: `auswahl-${(made += 1)}`, hidden: true });
  list.setAttribute("role", "listbox");
  input.autocomplete = "off";
  for (const [name, text] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, text);
  input.before(box);
  box.append(input, list);

  let timer;
  let found = [];
  let marked = -1;
  let asked = 0;
  let pending = false; // something was typed that was not answered yet
  let waits = false; // Enter came before the answer
  const options = () => [...list.querySelectorAll("[data-id]")];

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(step) {
    const all = options();
    if (!all.length) return;
    marked = (Math.max(marked, step < 0 ? 0 : -1) + step + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === marked)));
    input.setAttribute("aria-activedescendant", all[marked].id);
    all[marked].scrollIntoView({ block: "nearest" });
  }

  function choose(at) {
    if (!found[at]) return;
    asked += 1;
    clearTimeout(timer);
    input.value = found[at].label;
    input.setCustomValidity("");
    close();
    take(found[at]);
  }

  async function ask() {
    const turn = (asked += 1);
    const answer = await find(input.value);
    if (!answer || turn !== asked) return;
    found = answer;
    pending = false;
    list.replaceChildren(...found.map((each, i) => {
      const option = Object.assign(document.createElement("li"), { textContent: each.label, id: `${list.id}-${i}` });
      option.dataset.id = each.id;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      return option;
    }));
    if (!found.length) list.append(Object.assign(document.createElement("li"), { textContent: "Nichts gefunden." }));
    marked = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (waits) choose(0);
    waits = false;
  }

  input.addEventListener("input", () => {
    typed(input.value);
    pending = true;
    waits = false;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("focus", () => { if (input.value) input.select(); else ask(); });
  input.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask(); else mark(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && (pending || !list.hidden)) {
      event.preventDefault();
      waits = pending;
      if (!waits) choose(Math.max(marked, 0));
    } else if (event.key === "Tab" && !list.hidden && marked >= 0) {
      choose(marked);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    asked += 1;
    setTimeout(() => { close(); if (rests) input.value = rests(); }, 150);
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-id]");
    if (!option) return;
    event.preventDefault();
    choose(options().indexOf(option));
  });
  return box;
}
