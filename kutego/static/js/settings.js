/* The search on the page of all settings: hides what does not match while typing. */

const field = document.querySelector("[data-settings-search]");
const none = document.querySelector("[data-settings-none]");

field.addEventListener("input", () => {
  const parts = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const group of document.querySelectorAll("[data-settings-group]")) {
    let here = 0;
    for (const line of group.querySelectorAll("[data-words]")) {
      line.hidden = !parts.every((part) => line.dataset.words.includes(part));
      here += !line.hidden;
    }
    group.hidden = !here;
    found += here;
  }
  none.hidden = found > 0;
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  document.querySelector("[data-words]:not([hidden]) a")?.click();
});
field.focus();
