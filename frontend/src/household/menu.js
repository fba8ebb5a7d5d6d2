// The menu of a household or a relation on the canvas: by right click, long press, or the keyboard.
export function openMenu(acts, { x, y }, back) {
  closeMenu();
  const menu = document.createElement("div");
  menu.className = "canvas-menu";
  menu.setAttribute("role", "menu");
  menu.id = "canvas-menu";
  for (const { title, icon, act } of acts) menu.append(item(title, icon, act, back));
  document.body.append(menu);
  menu.style.left = `${Math.max(8, Math.min(x, window.innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, window.innerHeight - menu.offsetHeight - 8))}px`;
  menu.addEventListener("keydown", (event) => walk(event, menu, back));
  menu.querySelector("button")?.focus();
  setTimeout(() => document.addEventListener("pointerdown", outside));
}

export function closeMenu() {
  document.removeEventListener("pointerdown", outside);
  document.getElementById("canvas-menu")?.remove();
}

function outside(event) {
  if (!event.target.closest("#canvas-menu")) closeMenu();
}

function item(title, icon, act, back) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "menuitem");
  const mark = document.createElement("i");
  mark.className = `ti ti-${icon}`;
  mark.setAttribute("aria-hidden", "true");
  button.append(mark, title);
  button.addEventListener("click", () => {
    closeMenu();
    back?.focus();
    act();
  });
  return button;
}

function walk(event, menu, back) {
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) items[(to + items.length) % items.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") {
    closeMenu();
    back?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
