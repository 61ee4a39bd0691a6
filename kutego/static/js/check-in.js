/* The door: codes are sent without leaving the page, and read by the camera.
   Without this file the forms work as every other. */

const form = document.querySelector("[data-door]");
const list = document.querySelector("[data-list]");
const field = form.elements.code;
const entrance = form.elements.entrance;
const video = form.querySelector("[data-video]");
const start = form.querySelector("[data-camera]");
const offline = document.querySelector("[data-offline]");
const PAUSE = 2500; // before the same code is read again
const KEPT = `entrance ${location.pathname}`;

let busy = false;

function say(...nodes) {
  const answer = document.querySelector("[data-answer]");
  answer.replaceChildren(...nodes);
  answer.scrollIntoView({ block: "nearest" });
}

/* Returns whether there was an answer: a code that nobody has checked stays in the field. */
async function send(code) {
  if (busy) return false;
  busy = true;
  field.value = code;
  const data = new FormData(form);
  try {
    const answer = await fetch(location.href, { method: "POST", body: data });
    if (answer.redirected || !answer.ok) return location.reload(); // logged out, for instance
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    say(...page.querySelector("[data-answer]").childNodes);
    for (const part of ["[data-count]", "[data-list] ul"]) document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
    form.elements.submission.value = page.querySelector("[data-door]").elements.submission.value;
    navigator.vibrate?.(document.querySelector(".door-open") ? 80 : [80, 60, 200]);
    field.value = "";
    return true;
  } catch {
    say(offline.content.cloneNode(true));
    return false;
  } finally {
    busy = false;
  }
}

form.addEventListener("submit", (event) => {
  if (!field.value.trim()) return;
  event.preventDefault();
  send(field.value);
  field.focus();
});

list.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-tick]")) return;
  event.preventDefault();
  send(event.target.elements.code.value);
});

if (!entrance.value) entrance.value = localStorage.getItem(KEPT) ?? "";
if (entrance.value) entrance.closest("details").open = true;
entrance.addEventListener("change", () => localStorage.setItem(KEPT, entrance.value));

async function scan(detector) {
  let last = "";
  let until = 0;
  while (!video.hidden) {
    const [code] = await detector.detect(video).catch(() => []);
    const now = performance.now();
    if (code && (code.rawValue !== last || now > until)) {
      last = (await send(code.rawValue)) ? code.rawValue : "";
      until = performance.now() + PAUSE;
    }
    await new Promise((next) => setTimeout(next, 150));
  }
}

/* The browser's own reader of codes, else ours: iPhones and Firefox have none. */
async function reader() {
  const own = await window.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
  const Detector = own?.includes("qr_code") ? window.BarcodeDetector : (await import(form.dataset.reader)).BarcodeDetector;
  return new Detector({ formats: ["qr_code"] });
}

async function open() {
  try {
    const [stream, detector] = await Promise.all([navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }), reader()]);
    video.srcObject = stream;
    video.hidden = false;
    start.hidden = true;
    scan(detector);
  } catch {
    form.querySelector("[data-no-camera]").hidden = false;
  }
}

if (navigator.mediaDevices) {
  start.hidden = false;
  start.addEventListener("click", open);
}
