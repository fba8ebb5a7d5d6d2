// What can be done with a household or a relation of the picture: said once, offered by menu, keyboard and details.
import { openMenu } from "./menu.js";

const LONG_PRESS = 550;

export function actsOf(picture, id) {
  const found = picture.nodes.get(id) ?? picture.edges.get(id);
  if (!found) return [];
  const isNode = picture.nodes.has(id);
  const mark = picture.marks.of.get(id);
  const go = (address) => () => window.location.assign(address);
  const party = encodeURIComponent(id);
  const acts = [];
  if (isNode && found.open) {
    acts.push({ title: "打开一户式", icon: "building", act: go(`/household/${party}/`) });
    acts.push({ title: "展开往来", icon: "plus", act: () => picture.grow(id) });
    acts.push({ title: "从这里追踪", icon: "affiliate", act: () => picture.trace(id) });
  }
  if (isNode) acts.push({ title: mark?.pinned ? "取消固定" : "固定位置", icon: mark?.pinned ? "pinned-off" : "pin", act: () => picture.pin(id, !mark?.pinned) });
  acts.push({ title: mark?.note ? "改批注" : "写批注", icon: "note", act: () => picture.writeNote(id) });
  return acts;
}

// Right click and long press on the drawing; arrows, Enter, and the menu key when it has the focus.
export function listenForActs(picture) {
  const { graph, place } = picture;
  const open = (id, at) => {
    picture.choose(id);
    openMenu(actsOf(picture, id), at, place);
  };
  for (const kind of ["node", "edge"]) {
    graph.on(`${kind}:contextmenu`, (event) => {
      event.preventDefault?.();
      open(event.target.id, { x: event.client?.x ?? 0, y: event.client?.y ?? 0 });
    });
    listenForPress(graph, kind, open);
  }
  place.addEventListener("contextmenu", (event) => event.preventDefault());
  place.addEventListener("keydown", (event) => onKey(picture, event, open));
}

function listenForPress(graph, kind, open) {
  let waiting = 0;
  const stop = () => clearTimeout(waiting);
  graph.on(`${kind}:pointerdown`, ({ target, client, pointerType }) => {
    stop();
    if (pointerType === "mouse") return;
    waiting = setTimeout(() => open(target.id, { x: client.x, y: client.y }), LONG_PRESS);
  });
  for (const ending of ["pointerup", "pointermove", "pointerleave"]) graph.on(`${kind}:${ending}`, stop);
  graph.on("node:dragstart", stop);
}

function onKey(picture, event, open) {
  const ids = picture.order();
  const at = ids.indexOf(picture.chosen);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step !== undefined) picture.choose(ids[(at + step + ids.length) % ids.length]);
  else if (event.key === "Home") picture.choose(picture.centre);
  else if (["Enter", "ContextMenu", " "].includes(event.key) || (event.key === "F10" && event.shiftKey)) {
    const box = picture.place.getBoundingClientRect();
    open(picture.chosen ?? picture.centre, { x: box.left + 24, y: box.top + 24 });
  } else return;
  event.preventDefault();
}
