/* Files dropped on a form or chosen in it: each is sent on its own, with its progress beside its name. */

const form = document.querySelector("[data-upload]");
const zone = form.querySelector("[data-upload-zone]");
const input = form.querySelector("input[type=file]");
const list = form.querySelector("[data-upload-list]");
const most = Number(form.dataset.most);
const waiting = [];
let busy = false;
let refused = 0;

const element = (name, properties) => Object.assign(document.createElement(name), properties);
const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function add(files) {
  for (const file of files) {
    const row = element("li");
    const bar = element("progress", { className: "progress", max: 1, value: 0 });
    const state = element("span", { className: "upload-state", textContent: "Wartet" });
    bar.setAttribute("aria-label", file.name);
    row.append(element("span", { textContent: file.name }), bar, state);
    list.append(row);
    waiting.push({ file, row, bar, state });
  }
  list.hidden = !list.children.length;
  input.value = "";
  if (!busy) next();
}

function end(entry, words, kind) {
  entry.state.textContent = words;
  entry.row.classList.add(kind);
  if (kind === "is-refused") { refused += 1; entry.bar.value = 0; } else entry.bar.value = 1;
  next();
}

/* What the page says that came back: the form again with its errors, or a page of its own. */
function reason(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const places = [".invalid-feedback", "main .alert-danger", "main h1"];
  const told = places.map((place) => page.querySelector(place)).find(Boolean);
  return told?.textContent.trim() || "Das hat nicht geklappt. Bitte noch einmal versuchen.";
}

function send(entry) {
  const data = new FormData(form);
  data.delete(input.name);
  data.append(input.name, entry.file, entry.file.name);
  data.set("submission", key());
  const request = new XMLHttpRequest();
  request.upload.onprogress = (event) => { if (event.lengthComputable) entry.bar.value = event.loaded / event.total; };
  request.upload.onload = () => { entry.state.textContent = "Wird geprüft"; };
  request.onload = () => {
    if (request.status === 200) end(entry, "Hochgeladen", "is-done");
    else end(entry, reason(request.responseText), "is-refused");
  };
  request.onerror = () => end(entry, "Die Verbindung ist abgebrochen. Bitte noch einmal versuchen.", "is-refused");
  request.open("POST", form.action);
  request.send(data);
  entry.state.textContent = "Wird hochgeladen";
}

function next() {
  const entry = waiting.shift();
  busy = Boolean(entry);
  if (!entry) { finish(); return; }
  if (entry.file.size > most) end(entry, "Die Datei ist größer als 10 MB. Bitte verkleinern.", "is-refused");
  else if (!entry.file.size) end(entry, "Die Datei ist leer, oder es ist ein Ordner.", "is-refused");
  else send(entry);
}

/* All through: the list anew. What was refused stays to be read, with a way to the list. */
function finish() {
  if (!refused) { location.reload(); return; }
  const row = element("li");
  row.append(element("a", { href: location.href, textContent: "Liste neu laden" }));
  list.append(row);
}

input.addEventListener("change", () => add(input.files));
for (const kind of ["dragenter", "dragover"]) {
  zone.addEventListener(kind, (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
}
zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over"); });
zone.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  add(event.dataTransfer.files);
});
/* Beside the zone a browser would open the file and leave the page. */
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => { if (carriesFiles(event)) event.preventDefault(); });
