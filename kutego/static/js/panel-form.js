/* Search selects: a record of a big table, found while typing. Without this file its number is typed. */

import combobox from "./combobox.js";

function enhance(input) {
  const value = Object.assign(document.createElement("input"), { type: "hidden", name: input.name, value: input.value });
  input.removeAttribute("name");
  if (input.dataset.label) input.value = input.dataset.label;
  const box = combobox(input, {
    async find(text) {
      const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(text)}`).catch(() => null);
      return answer?.ok ? answer.json() : null;
    },
    take(option) {
      value.value = `#${option.id}`;
      value.dispatchEvent(new Event("change", { bubbles: true }));
    },
    typed: (text) => { value.value = text; },
  });
  box.append(value);
}

for (const input of document.querySelectorAll("[data-lookup]")) enhance(input);

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
