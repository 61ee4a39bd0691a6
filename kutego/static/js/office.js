/* What every page of the office can do beyond HTML: menus, drawer, toasts, theme, confirmation. */

const root = document.documentElement;
const SCROLLED = ".list-wrap.is-wide, .table-responsive, .nav-tabs"; // what would cut a menu off
const narrow = matchMedia("(max-width: 899.98px)");

// --- menus (<details class="menu">) ---------------------------------------------------------------

const entries = (menu) =>
  [...menu.querySelectorAll("a[href], button, input, select")].filter((e) => !e.disabled && e.offsetParent);

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  }
}

/** A list that scrolls would cut its menu off; one near the lower edge would fall out of sight. */
function place(menu) {
  const list = menu.querySelector(":scope > :not(summary)");
  if (!list) return;
  list.style.cssText = "";
  const button = menu.querySelector("summary").getBoundingClientRect();
  const scrolled = menu.closest(SCROLLED);
  const height = list.offsetHeight;
  const up = innerHeight - button.bottom < height + 8 && button.top > height + 8;
  if (!scrolled) {
    menu.classList.toggle("menu-up", up);
    const below = innerHeight - button.bottom - 12;
    if (!up && height > below) list.style.maxHeight = `${Math.max(200, below)}px`;
    const box = list.getBoundingClientRect();
    if (box.left < 8) { list.style.left = `${8 - button.left}px`; list.style.right = "auto"; }
    else if (box.right > innerWidth - 8) { list.style.right = `${button.right - innerWidth + 8}px`; list.style.left = "auto"; }
    return;
  }
  const left = Math.max(8, Math.min(button.right - list.offsetWidth, innerWidth - list.offsetWidth - 8));
  const lowest = Math.max(8, Math.min(button.bottom + 4, innerHeight - height - 8));
  list.style.cssText = `position: fixed; right: auto; bottom: auto; left: ${left}px; top: ${up ? button.top - height - 4 : lowest}px`;
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu")) return;
  if (menu.open) { closeMenus(menu); place(menu); }
}, true);
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
addEventListener("scroll", (event) => {
  if (event.target !== document && event.target.matches?.(".menu *")) return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu.closest(SCROLLED)) menu.open = false; });
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    menu.open = true;
    const all = entries(menu);
    const at = all.indexOf(document.activeElement);
    const next = event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1;
    all.at(next % all.length)?.focus();
  }
});

// --- the menu of a row: a link to a page, opened here as a menu; fetched when the mouse comes near ---

const fetched = new WeakMap();

function menuOf(link) {
  if (!fetched.has(link)) {
    fetched.set(link, fetch(`${link.href}&part=1`).then((answer) => {
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      return answer.text();
    }));
    fetched.get(link).catch(() => fetched.delete(link));
  }
  return fetched.get(link);
}

async function openRow(link) {
  const entries = await menuOf(link).catch(() => null);
  if (entries === null) { location.href = link.href; return; }
  const menu = document.createElement("details");
  menu.className = "menu";
  menu.innerHTML = `<summary class="${link.className}">${link.innerHTML}</summary><div class="menu-list">${entries}</div>`;
  menu.firstChild.ariaLabel = link.ariaLabel;
  link.replaceWith(menu);
  menu.firstChild.focus();
  menu.open = true;
}

const rowLink = (event) => event.target.closest?.("a[data-row-menu]");
document.addEventListener("pointerover", (event) => {
  const link = rowLink(event);
  if (link) menuOf(link).catch(() => {});
});
document.addEventListener("click", (event) => {
  const link = rowLink(event);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openRow(link);
});
document.addEventListener("keydown", (event) => {
  const link = rowLink(event);
  if (!link || !["ArrowDown", " "].includes(event.key)) return;
  event.preventDefault();
  openRow(link);
});

// --- tabs: where we are is in sight, however many there are on however small a screen --------------

for (const tabs of document.querySelectorAll(".nav-tabs")) {
  const here = tabs.querySelector("[aria-current]")?.getBoundingClientRect();
  const bar = tabs.getBoundingClientRect();
  if (here) tabs.scrollLeft += here.left - bar.left - (bar.width - here.width) / 2;
  const fade = () => {
    tabs.classList.toggle("more-before", tabs.scrollLeft > 1);
    tabs.classList.toggle("more-after", tabs.scrollLeft + tabs.clientWidth < tabs.scrollWidth - 1);
  };
  fade();
  tabs.addEventListener("scroll", fade, { passive: true });
  addEventListener("resize", fade);
}

// --- sidebar ----------------------------------------------------------------------------------------

const sidebar = document.getElementById("menue");

document.querySelector("[data-menu-toggle]")?.addEventListener("click", (event) => {
  const isNarrow = root.dataset.menu !== "narrow";
  if (isNarrow) root.dataset.menu = "narrow";
  else delete root.dataset.menu;
  event.currentTarget.setAttribute("aria-expanded", String(!isNarrow));
  document.cookie = `kutego_menu=${isNarrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
});

/** What somebody never uses can be folded away; the server draws it folded from then on. */
document.querySelector(".mainmenu")?.addEventListener("click", (event) => {
  if (!event.target.closest("summary")) return;
  setTimeout(() => {
    const closed = [...document.querySelectorAll(".menu-group:not([open])")].map((g) => g.dataset.group);
    document.cookie = `kutego_closed=${closed.join(".")}; path=/; max-age=31536000; samesite=lax`;
  });
});

function drawer(open) {
  sidebar.classList.toggle("is-open", open);
  document.querySelector(".main").inert = open;
  if (open) sidebar.querySelector("[data-drawer-close]").focus();
  else document.querySelector("[data-drawer-open]").focus();
}
if (sidebar) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-drawer-open], [data-drawer-close]");
    if (!opener) return;
    event.preventDefault();
    drawer(opener.hasAttribute("data-drawer-open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && sidebar.classList.contains("is-open")) drawer(false);
  });
  narrow.addEventListener("change", () => {
    sidebar.classList.remove("is-open");
    document.querySelector(".main").inert = false;
  });
}

// --- wide tables --------------------------------------------------------------------------------------

/** A table too wide for its place scrolls by itself; others let the page scroll below their head. */
function fitTables() {
  for (const wrap of document.querySelectorAll(".list-wrap")) {
    wrap.classList.toggle("is-wide", wrap.firstElementChild?.offsetWidth > wrap.clientWidth);
  }
}
const content = document.querySelector(".content");
if (content) {
  fitTables();
  new ResizeObserver(fitTables).observe(content);
  new MutationObserver(fitTables).observe(content, { childList: true, subtree: true });
}

// --- toasts ------------------------------------------------------------------------------------------

const toasts = document.querySelector(".toasts");

function closeLater(toast) {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), 8000); };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  start();
}
toasts?.querySelectorAll(".toast").forEach(closeLater);
toasts?.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest(".toast").remove());

/** Tell something that needs no answer. */
export function toast(words) {
  const box = document.createElement("div");
  box.className = "toast toast-info";
  box.append(Object.assign(document.createElement("div"), { textContent: words }));
  toasts.append(box);
  closeLater(box);
}

// --- theme --------------------------------------------------------------------------------------------

const switcher = document.querySelector("[data-theme-switch]");
switcher?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const theme = event.submitter.value;
  root.dataset.theme = theme;
  document.dispatchEvent(new CustomEvent("themechange"));
  for (const button of switcher.querySelectorAll("[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const body = new FormData(switcher);
  body.set("theme", theme);
  const answer = await fetch(switcher.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) toast("Die Farbe gilt nur für diese Seite: Sie konnte nicht gespeichert werden.");
});

// --- a page as a dialogue: filters, columns, the keys ---------------------------------------------------

async function openDialogue(link) {
  const before = document.activeElement;
  const answer = await fetch(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const body = page.querySelector("[data-dialog-body]");
  if (!answer.ok || !body) { location.href = link.href; return; }
  if (document.querySelector("dialog[open]")) return;
  const dialogue = document.createElement("dialog");
  dialogue.className = "panel-dialog";
  dialogue.append(body);
  document.body.append(dialogue);
  dialogue.addEventListener("close", () => { dialogue.remove(); (link.offsetParent ? link : before)?.focus(); });
  dialogue.addEventListener("click", (event) => {
    if (event.target !== dialogue && !event.target.closest("[data-dialog-close]")) return;
    event.preventDefault();
    dialogue.close();
  });
  dialogue.showModal();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openDialogue(link).catch(() => { location.href = link.href; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.target.closest("input:not([type=checkbox]), select, textarea, dialog")) document.querySelector("[data-keys]")?.click();
});

// --- forms ----------------------------------------------------------------------------------------------

// A second click while the first is on its way sends nothing; coming back by "Zurück" frees the form.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !confirm(question)) { event.preventDefault(); return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  document.querySelectorAll("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
  closeMenus();
});

// After a refused form the first wrong field has the cursor.
document.querySelector(".is-invalid")?.focus({ preventScroll: false });
