/* The free times of the day that stands in the form. Without this file they are typed. */

const box = document.querySelector("[data-slots]");

if (box) {
  const form = box.closest("form");
  const list = box.querySelector(".slot-list");
  const field = (name) => form.elements[name];
  let asked = 0;
  field("at").closest(".form-group").after(box);

  const template = () => box.dataset.template || field("template")?.value;

  function take(slot) {
    field("at").value = slot.at;
    if (field("lecturer")) field("lecturer").value = slot.lecturer_id;
    for (const each of list.children) each.setAttribute("aria-pressed", String(each.slot === slot));
  }

  function chip(slot) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: `${slot.at} ${slot.lecturer}` });
    button.slot = slot;
    button.addEventListener("click", () => take(slot));
    return button;
  }

  async function show() {
    const day = field("day").value;
    box.hidden = !(template() && day);
    if (box.hidden) return;
    const turn = ++asked;
    const lecturer = field("lecturer")?.value || "";
    const address = box.dataset.slots.replace("/0/", `/${template()}/`);
    const answer = await fetch(`${address}?day=${day}&lecturer=${lecturer}`).catch(() => null);
    if (turn !== asked) return;
    const slots = answer?.ok ? await answer.json() : [];
    list.replaceChildren(...slots.map(chip));
    if (!slots.length) list.append(Object.assign(document.createElement("p"), { className: "muted", textContent: "An diesem Tag ist nichts frei." }));
  }

  for (const name of ["template", "lecturer", "day"]) field(name)?.addEventListener("change", show);
  show();
}
