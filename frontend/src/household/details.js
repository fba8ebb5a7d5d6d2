// What is told beside the picture of the household or relation that was chosen, with everything that can be done.
import { LEVELS, shortMoney } from "./figures.js";
import { actsOf } from "./acts.js";

export function linesOf(picture, id) {
  const node = picture.nodes.get(id);
  const note = picture.marks.of.get(id)?.note;
  const said = note ? [`批注：${note}`] : [];
  if (!node) return [...relation(picture, picture.edges.get(id)), ...said];
  const sum = (side) => [...picture.edges.values()].filter((e) => e[side] === id).reduce((all, e) => all + Number(e.amount), 0);
  const place = [node.division, node.industry].filter(Boolean);
  const outside = node.open ? [] : ["不在您的管户范围内，只显示发票上的内容。"];
  return [...place, `图中售出 ${shortMoney(sum("seller"))}`, `图中购进 ${shortMoney(sum("buyer"))}`, ...outside, ...said];
}

function relation(picture, edge) {
  const name = (id) => picture.nodes.get(id)?.name ?? id;
  const lines = [`${name(edge.seller)} → ${name(edge.buyer)}`, `${edge.first ?? ""} 至 ${edge.latest ?? ""}`];
  return edge.count ? [...lines, `${edge.count} 份发票`] : lines;
}

export function tellDetails(picture, id, more = []) {
  const place = picture.details;
  const found = picture.nodes.get(id) ?? picture.edges.get(id);
  if (!place || !found) return;
  const title = document.createElement("strong");
  title.textContent = found.name ?? shortMoney(found.amount);
  const parts = [title];
  if (found.level) {
    const mark = document.createElement("span");
    mark.className = `risk risk-${found.level.toLowerCase()}`;
    mark.textContent = LEVELS[found.level];
    parts.push(mark);
  }
  parts.push(...[...linesOf(picture, id), ...more].map(line), buttons(picture, id));
  place.replaceChildren(...parts);
}

function line(text) {
  const made = document.createElement("div");
  made.textContent = text;
  return made;
}

function buttons(picture, id) {
  const row = document.createElement("div");
  row.className = "canvas-acts";
  for (const { title, act } of actsOf(picture, id)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = title;
    button.addEventListener("click", act);
    row.append(button);
  }
  return row;
}
