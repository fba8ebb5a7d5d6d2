// The modeler itself: what is understood, in Chinese, with faults marked on the elements.
import Modeler from "bpmn-js/lib/Modeler";
import { yihu } from "./extension.js";
import { limits } from "./limits.js";
import { chinese } from "./words.js";

export function makeModeler(container) {
  return new Modeler({
    container,
    additionalModules: [chinese, limits],
    moddleExtensions: { yihu },
    textRenderer: { defaultStyle: { fontFamily: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif', fontSize: 12 } },
  });
}

// A badge on each element that has problems; the list below says the same in words.
export function markProblems(modeler, problems) {
  const overlays = modeler.get("overlays");
  const canvas = modeler.get("canvas");
  const registry = modeler.get("elementRegistry");
  overlays.remove({ type: "problem" });
  registry.forEach((element) => canvas.removeMarker(element, "has-problem"));
  const byElement = Map.groupBy ? Map.groupBy(problems, (one) => one.element) : grouped(problems);
  for (const [id, found] of byElement) {
    const element = id && registry.get(id);
    if (!element) continue;
    canvas.addMarker(element, "has-problem");
    const badge = document.createElement("span");
    badge.className = "problem-badge";
    badge.title = found.map((one) => one.message).join("\n");
    badge.textContent = found.length;
    const position = element.waypoints ? { top: -8, left: 12 } : { top: -10, right: 10 };
    overlays.add(element, "problem", { position, html: badge });
  }
}

function grouped(problems) {
  const found = new Map();
  for (const one of problems) found.set(one.element, [...(found.get(one.element) ?? []), one]);
  return found;
}

export function select(modeler, id) {
  const element = modeler.get("elementRegistry").get(id);
  if (!element) return;
  modeler.get("selection").select(element);
  modeler.get("canvas").scrollToElement(element);
}

// The whole drawing, beside the palette and not below it.
export function fit(modeler) {
  const canvas = modeler.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  const palette = document.querySelector("#drawing .djs-palette")?.offsetWidth ?? 0;
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const left = palette + 40;
  const scale = Math.min((outer.width - left - 72) / inner.width, (outer.height - 56) / inner.height, 1);
  canvas.viewbox({ x: inner.x - left / scale, y: inner.y - 28 / scale, width: outer.width / scale, height: outer.height / scale });
}
