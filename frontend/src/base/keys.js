// `/` search, `g` then a letter to go, `j`/`k` along the rows of a list, `x` ticks a row, `?` help.

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
let waitingForPlace = 0;

function go(letter) {
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  if (link) window.location.assign(link.href);
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("is-at"));
  const next = Math.min(all.length - 1, Math.max(0, at + by));
  all[at]?.classList.remove("is-at");
  all[next].classList.add("is-at");
  const link = all[next].querySelector("a[href]");
  (link ?? all[next]).focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

function tick() {
  document.querySelector("[data-row].is-at [name=row]")?.click();
}

function showHelp() {
  const dialog = document.getElementById("keyboard-help");
  if (dialog && !dialog.open) dialog.showModal();
}

const ACTS = {
  "/": () => document.getElementById("global-search")?.focus(),
  "?": showHelp,
  g: () => (waitingForPlace = Date.now()),
  j: () => step(1),
  k: () => step(-1),
  x: tick,
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.id === "global-search") event.target.blur();
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() - waitingForPlace < 1500) {
    waitingForPlace = 0;
    go(event.key);
    event.preventDefault();
    return;
  }
  const act = ACTS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

export function listenForKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) showHelp();
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  });
}
