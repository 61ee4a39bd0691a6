/* Search selects: a record of a big table, found while typing. Without this file its number is typed. */

const WAIT = 150;

function enhance(input, index) {
  const box = document.createElement("div");
  const list = document.createElement("ul");
  const value = Object.assign(document.createElement("input"), { type: "hidden", name: input.name, value: input.value });
  box.className = "lookup";
  list.className = "lookup-list";
  list.id = `auswahl-${index}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  input.removeAttribute("name");
  if (input.dataset.label) input.value = input.dataset.label;
  for (const [name, text] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, text);
  input.before(box);
  box.append(input, value, list);

  let timer;
  let chosen = -1;
  let asked = 0;
  const options = () => [...list.querySelectorAll("[data-id]")];
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); };

  function mark(step) {
    const all = options();
    if (!all.length) return;
    chosen = (chosen + step + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    value.value = `#${option.dataset.id}`;
    input.value = option.textContent;
    input.setCustomValidity("");
    close();
    value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function ask() {
    const turn = ++asked;
    const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(input.value)}`).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    const found = await answer.json();
    list.replaceChildren(...found.map((each, i) => {
      const option = Object.assign(document.createElement("li"), { textContent: each.label, id: `${list.id}-${i}` });
      option.dataset.id = each.id;
      option.setAttribute("role", "option");
      return option;
    }));
    if (!found.length) list.append(Object.assign(document.createElement("li"), { textContent: "Nichts gefunden." }));
    chosen = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  input.addEventListener("input", () => {
    value.value = input.value;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("focus", () => { if (!input.value) ask(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask(); else mark(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      const option = options()[Math.max(chosen, 0)];
      if (option) take(option);
    } else if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(); }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-id]");
    if (option) { event.preventDefault(); take(option); }
  });
}

document.querySelectorAll("[data-lookup]").forEach(enhance);

/* How many SMS a text takes, while it is typed; the server counts again. */
for (const box of document.querySelectorAll("[data-sms]")) {
  const { default: count } = await import(new URL("sms.js", import.meta.url));
  count(box);
}

/* The preview follows what is chosen. Nothing is done by it: that takes the proof that it was seen. */
for (const form of document.querySelectorAll("[data-live]")) {
  const shown = form.querySelector("[data-preview]");
  let asked = 0;
  form.addEventListener("change", async () => {
    const turn = ++asked;
    const sent = new FormData(form);
    for (const name of ["seen", "confirmed"]) sent.delete(name);
    const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
    if (!answer || turn !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    shown.replaceChildren(...(page.querySelector("[data-preview]")?.childNodes ?? []));
    form.querySelectorAll("input[name=seen]").forEach((old) => old.remove());
  });
}
