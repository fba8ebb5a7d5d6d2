// The workbench's pages: charts, the trading network, dialogs. Loaded by every page of the subsystem.
import "../household/household.css";

function enliven(root) {
  root.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  const months = root.querySelectorAll("[data-months]");
  const canvases = root.querySelectorAll("[data-network]");
  // Charts and the graph engine are large: they come only when a page shows one.
  if (months.length) import("../household/months.js").then(({ drawMonths }) => months.forEach(drawMonths));
  if (canvases.length) import("../household/network.js").then(({ drawNetwork }) => canvases.forEach(drawNetwork));
}

document.addEventListener("htmx:load", (event) => enliven(event.detail.elt));
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => enliven(document));
else enliven(document);
