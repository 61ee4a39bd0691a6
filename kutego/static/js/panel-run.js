/* A mass run: asks every second how far it is, and shows the report when it has ended. */

const box = document.querySelector("[data-run]");
const number = new Intl.NumberFormat("de-DE");
const pace = (run) => {
  if (!run.rate) return "";
  const left = run.left >= 60 ? `${Math.floor(run.left / 60)} min ${run.left % 60} s` : `${run.left} s`;
  return `· ${number.format(Math.round(run.rate * 60))} je Minute · noch etwa ${left}`;
};

async function ask() {
  const answer = await fetch(box.dataset.run, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) {
    const run = await answer.json();
    if (run.state !== "running") { location.reload(); return; }
    box.querySelector("[data-run-touched]").textContent = number.format(run.touched);
    box.querySelector("progress").value = run.touched;
    box.querySelector("[data-run-pace]").textContent = pace(run);
  }
  setTimeout(ask, 1000);
}
if (box?.dataset.state === "running") setTimeout(ask, 1000);
