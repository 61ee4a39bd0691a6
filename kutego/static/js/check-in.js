/* The door: codes are sent without leaving the page, and read by the camera where the browser can.
   Without this file the form works as every other. */

const form = document.querySelector("[data-door]");
const field = form.elements.code;
const video = form.querySelector("[data-video]");
const start = form.querySelector("[data-camera]");
const PAUSE = 2500; // before the same code is read again

let busy = false;

async function send(code) {
  if (busy) return;
  busy = true;
  const data = new FormData(form);
  data.set("code", code);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    if (answer.redirected || !answer.ok) return location.reload(); // logged out, for instance
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["[data-answer]", "[data-count]"]) document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
    form.elements.submission.value = page.querySelector("[data-door]").elements.submission.value;
    navigator.vibrate?.(document.querySelector(".door-open") ? 80 : [80, 60, 200]);
  } catch {
    document.querySelector("[data-answer]").textContent = "Keine Verbindung. Bitte noch einmal.";
  } finally {
    field.value = "";
    busy = false;
  }
}

form.addEventListener("submit", (event) => {
  if (!field.value.trim()) return;
  event.preventDefault();
  send(field.value);
  field.focus();
});

async function scan(detector) {
  let last = "";
  let until = 0;
  while (!video.hidden) {
    const [code] = await detector.detect(video).catch(() => []);
    const now = performance.now();
    if (code && (code.rawValue !== last || now > until)) {
      last = code.rawValue;
      until = now + PAUSE;
      await send(last);
    }
    await new Promise((next) => setTimeout(next, 150));
  }
}

async function open() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    video.hidden = false;
    start.hidden = true;
    scan(new BarcodeDetector({ formats: ["qr_code"] }));
  } catch {
    form.querySelector("[data-no-camera]").hidden = false;
  }
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  start.hidden = false;
  start.addEventListener("click", open);
}
