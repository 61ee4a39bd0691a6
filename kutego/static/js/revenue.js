/* The chart of the dashboard: drawn from the very table that stands beside it. */

const place = document.querySelector("[data-revenue]");
const euro = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" });
const short = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR", notation: "compact", maximumFractionDigits: 1, useGrouping: "always" });
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function library(url) {
  return new Promise((loaded, failed) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: loaded, onerror: failed });
    document.head.append(script);
  });
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The colours of the theme; they are looked up anew when it changes. */
function paint({ data, options }) {
  Object.assign(data.datasets[0], { backgroundColor: colour("--accent"), hoverBackgroundColor: colour("--accent-text") });
  for (const axis of Object.values(options.scales)) axis.ticks.color = colour("--muted");
  options.scales.y.grid.color = colour("--line");
}

function draw(box) {
  const rows = [...box.querySelectorAll("tr[data-value]")].reverse();
  const config = {
    type: "bar",
    data: {
      labels: rows.map((row) => row.dataset.label),
      datasets: [{ data: rows.map((row) => Number(row.dataset.value)), borderRadius: 3, maxBarThickness: 44 }],
    },
    options: {
      maintainAspectRatio: false,
      animation: calm.matches ? false : { duration: 250 },
      font: { family: getComputedStyle(document.body).fontFamily },
      plugins: {
        colors: { enabled: false },
        legend: { display: false },
        tooltip: { displayColors: false, callbacks: { label: (item) => euro.format(item.parsed.y) } },
      },
      scales: {
        x: { grid: { display: false }, border: { display: false }, ticks: {} },
        y: { beginAtZero: true, border: { display: false }, grid: {}, ticks: { maxTicksLimit: 6, callback: (v) => short.format(v) } },
      },
    },
  };
  paint(config);
  const chart = new window.Chart(box.querySelector("canvas"), config);
  const repaint = () => { paint(chart); chart.update(); };
  document.addEventListener("themechange", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}

async function load() {
  const answer = await fetch(place.dataset.revenue, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) throw new Error(answer.status);
  place.innerHTML = await answer.text(); // our own page, escaped by the server
  await library(place.dataset.chartLibrary);
  draw(place);
}

load()
  .catch(() => place.append("Der Umsatz konnte nicht geladen werden. Laden Sie die Seite neu."))
  .finally(() => place.removeAttribute("aria-busy"));
