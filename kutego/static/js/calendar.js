/* The calendar beyond HTML: keys, filters that apply at once, a new entry where one clicks. */

const here = document.querySelector('script[src*="calendar.js"]');
const PHONE = matchMedia("(max-width: 699.98px)");

// A phone opens the list where nobody asked for another view.
if (here?.dataset.phone && PHONE.matches) location.replace(here.dataset.phone);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, details[open]")) return;
  if (event.key === "Escape") return closeSlot();
  const link = document.querySelector(`.calendar-head a[data-key="${CSS.escape(event.key)}"]`);
  if (link) { event.preventDefault(); link.click(); }
});

document.querySelector("[data-filters]")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());

// --- a new entry at the time one clicks on ---------------------------------------------------------

const QUARTER = 14; // pixels, as in calendar.css
let slot = null;

function closeSlot() { slot?.remove(); slot = null; }

function clockAt(column, y) {
  const quarters = Math.floor((y - column.getBoundingClientRect().top) / QUARTER / 2) * 2; // half hours
  const minutes = Number(column.dataset.from) * 60 + quarters * 15;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

document.addEventListener("click", (event) => {
  const column = event.target.matches?.(".day-column") ? event.target : null;
  const links = document.querySelectorAll("a[data-new]");
  closeSlot();
  if (!column || !links.length) return;
  const at = clockAt(column, event.clientY);
  slot = document.createElement("div");
  slot.className = "slot-menu";
  for (const link of links) {
    const url = new URL(link.href);
    for (const key of [...url.searchParams.keys()]) url.searchParams.set(key, column.dataset.day);
    url.searchParams.set("at", at);
    const copy = link.cloneNode(true);
    copy.href = url;
    copy.append(` um ${at}`);
    slot.append(copy);
  }
  document.body.append(slot);
  slot.style.left = `${Math.min(event.clientX, innerWidth - slot.offsetWidth - 8)}px`;
  slot.style.top = `${Math.min(event.clientY, innerHeight - slot.offsetHeight - 8)}px`;
  slot.querySelector("a").focus();
});
