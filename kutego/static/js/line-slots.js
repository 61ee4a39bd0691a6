/* The free times of an appointment that stands on an invoice or an offer, to be taken by a click:
   those of the day in the line, or the next ones. Without this file they are typed. */

const form = document.querySelector("[data-slots]");
const ASKS = ["appointment_template_id", "lecturer_id", "begins_at"];
const AHEAD = 14; // days looked at while no day is chosen
const SHOWN = 24;

const field = (line, name) => line.querySelector(`[name$="-${name}"]`);

function boxOf(line) {
  const known = line.querySelector(".slots");
  if (known) return known;
  const box = Object.assign(document.createElement("div"), { className: "slots" });
  box.setAttribute("aria-live", "polite");
  line.querySelector(".position-fields").after(box);
  return box;
}

function chip(line, slot, withDay) {
  const day = withDay ? `${slot.begins_at.slice(8, 10)}.${slot.begins_at.slice(5, 7)}. ` : "";
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: `${day}${slot.at} ${slot.lecturer}` });
  button.addEventListener("click", () => {
    field(line, "lecturer_id").value = slot.lecturer_id;
    field(line, "begins_at").value = slot.begins_at;
    field(line, "begins_at").dispatchEvent(new Event("change", { bubbles: true }));
  });
  return button;
}

async function show(line) {
  const template = field(line, "appointment_template_id")?.value;
  if (!template) return;
  const begin = field(line, "begins_at").value;
  const asked = (line.asked = (line.asked ?? 0) + 1);
  const query = new URLSearchParams({ lecturer: field(line, "lecturer_id").value, day: begin.slice(0, 10), days: begin ? 1 : AHEAD });
  const answer = await fetch(`${form.dataset.slots.replace("/0/", `/${template}/`)}?${query}`).catch(() => null);
  if (asked !== line.asked || !answer?.ok) return;
  const slots = (await answer.json()).slice(0, SHOWN);
  const list = Object.assign(document.createElement("div"), { className: "slot-list" });
  list.append(...slots.map((slot) => chip(line, slot, !begin)));
  for (const [at, slot] of slots.entries()) if (slot.begins_at === begin && String(slot.lecturer_id) === field(line, "lecturer_id").value) list.children[at].setAttribute("aria-pressed", "true");
  if (!slots.length) list.append(Object.assign(document.createElement("p"), { className: "muted", textContent: begin ? "An diesem Tag ist nichts frei." : "In den nächsten zwei Wochen ist nichts frei." }));
  boxOf(line).replaceChildren(Object.assign(document.createElement("h3"), { textContent: "Freie Zeiten" }), list);
}

form?.addEventListener("change", (event) => {
  const line = event.target.closest('[data-position="appointment"]');
  if (line && ASKS.includes(event.target.name?.split("-")[2])) show(line);
});
for (const line of form?.querySelectorAll('[data-position="appointment"]') ?? []) show(line);
