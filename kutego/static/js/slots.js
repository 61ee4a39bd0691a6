/* The free times of an appointment beside its fields, to be taken by a click or with the keyboard:
   those of the chosen day, else the next ones. One stop of Tab, arrows walk, Enter takes.
   Without this file times are typed. */

const AHEAD = 14; // days looked at while no day is chosen, or nothing is free on it
const SHOWN = 24;
const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

const made = (tag, values) => Object.assign(document.createElement(tag), values);
const german = (day) => `${day.slice(8, 10)}.${day.slice(5, 7)}.`;

class Slots {
  /* `wish` reads template, lecturer, day and, where it is chosen, the begin; `take` writes a slot. */
  constructor(box, address, wish, take) {
    Object.assign(this, { box, address, wish, take, asked: 0, isTaking: false });
    this.list = made("div", { className: "slot-list" });
    this.list.setAttribute("role", "group");
    this.list.addEventListener("keydown", (event) => this.walk(event));
  }

  async show() {
    if (this.isTaking) return;
    const wish = this.wish();
    this.box.hidden = !wish.template;
    if (this.box.hidden) return;
    const turn = ++this.asked;
    let slots = await this.ask(wish, wish.day ? 1 : AHEAD);
    const isFull = wish.day && !slots?.length;
    if (isFull && slots) slots = await this.ask(wish, AHEAD);
    if (turn !== this.asked || !slots) return;
    this.fill(slots.slice(0, SHOWN), wish, isFull);
  }

  async ask({ template, lecturer, day, moved = "" }, days) {
    const query = new URLSearchParams({ lecturer, day, days, moved });
    const answer = await fetch(`${this.address.replace("/0/", `/${template}/`)}?${query}`).catch(() => null);
    return answer?.ok ? answer.json() : null;
  }

  fill(slots, wish, isFull) {
    const heading = isFull && slots.length ? `Am ${german(wish.day)} ist nichts frei. Die nächsten freien Zeiten` : "Freie Zeiten";
    this.list.setAttribute("aria-label", heading);
    this.list.replaceChildren(...slots.map((slot) => this.chip(slot, wish, isFull || !wish.day)));
    if (!slots.length) this.list.append(made("p", { className: "muted", textContent: "In den nächsten zwei Wochen ist nichts frei." }));
    this.stop(this.chips.find((chip) => chip.getAttribute("aria-pressed") === "true") ?? this.chips[0]);
    this.box.replaceChildren(made("h3", { textContent: heading }), this.list);
  }

  get chips() {
    return [...this.list.querySelectorAll("button")];
  }

  chip(slot, wish, withDay) {
    const chip = made("button", { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: `${withDay ? `${german(slot.begins_at)} ` : ""}${slot.at} ${slot.lecturer}` });
    chip.setAttribute("aria-pressed", String(slot.begins_at === wish.begin && String(slot.lecturer_id) === wish.lecturer));
    chip.addEventListener("click", () => this.taken(chip, slot));
    return chip;
  }

  taken(chip, slot) {
    this.isTaking = true; // the list stays, and with it the focus
    this.take(slot);
    this.isTaking = false;
    for (const each of this.chips) each.setAttribute("aria-pressed", String(each === chip));
    this.stop(chip);
  }

  stop(chip) {
    for (const each of this.chips) each.tabIndex = each === chip ? 0 : -1;
  }

  walk(event) {
    const chips = this.chips;
    const to = { Home: 0, End: chips.length - 1 }[event.key] ?? chips.indexOf(document.activeElement) + KEYS[event.key];
    if (!chips[to]) return;
    event.preventDefault();
    this.stop(chips[to]);
    chips[to].focus();
  }
}

function told(field, value) {
  if (!field || field.value === String(value)) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function ofForm(box) {
  const fields = box.closest("form").elements;
  const wish = () => ({ template: box.dataset.template || fields.template?.value, lecturer: fields.lecturer?.value ?? "", day: fields.day.value, begin: `${fields.day.value}T${fields.at.value}`, moved: box.dataset.moved });
  const slots = new Slots(box, box.dataset.slots, wish, (slot) => {
    told(fields.lecturer, slot.lecturer_id);
    told(fields.day, slot.begins_at.slice(0, 10));
    told(fields.at, slot.at);
  });
  fields.at.closest(".form-group").after(box);
  for (const name of ["template", "lecturer", "day"]) fields[name]?.addEventListener("change", () => slots.show());
  slots.show();
}

function ofLine(line, address) {
  const field = (name) => line.querySelector(`[name$="-${name}"]`);
  const box = made("div", { className: "slots", hidden: true });
  box.setAttribute("aria-live", "polite");
  line.querySelector(".position-fields").after(box);
  const wish = () => ({ template: field("appointment_template_id")?.value, lecturer: field("lecturer_id").value, day: field("begins_at").value.slice(0, 10), begin: field("begins_at").value });
  return new Slots(box, address, wish, (slot) => {
    told(field("lecturer_id"), slot.lecturer_id);
    told(field("begins_at"), slot.begins_at);
  });
}

function ofLines(form) {
  const asks = ["appointment_template_id", "lecturer_id", "begins_at"];
  const kept = new WeakMap();
  const show = (line) => {
    if (!kept.has(line)) kept.set(line, ofLine(line, form.dataset.slots));
    kept.get(line).show();
  };
  form.addEventListener("change", (event) => {
    const line = event.target.closest('[data-position="appointment"]');
    if (line && asks.includes(event.target.name?.split("-")[2])) show(line);
  });
  const open = '[data-position="appointment"]:not(.is-fixed)'; // what is sold has its time
  for (const line of form.querySelectorAll(open)) show(line);
}

for (const place of document.querySelectorAll("[data-slots]")) place.matches("form") ? ofLines(place) : ofForm(place);
