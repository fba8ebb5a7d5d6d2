// Households and relations as the graph engine draws them. Width is the amount, colour the risk level.
import { levelColour, token } from "./figures.js";

const short = (name, length) => (name.length > length ? `${name.slice(0, length - 1)}…` : name);

export function nodeOf(found, { centre, place, narrow, mark, chosen }) {
  const isCentre = found.id === centre;
  const noted = mark?.note ? " ✎" : "";
  return {
    id: found.id,
    data: found,
    style: {
      x: place.x,
      y: place.y,
      size: isCentre ? 30 : 14,
      fill: found.level ? levelColour(found.level) : "#c3cad4",
      stroke: isCentre || mark?.pinned ? token("ink") : "#fff",
      lineWidth: isCentre || mark?.pinned ? 3 : 1.5,
      halo: chosen,
      haloStroke: token("accent") || "#1f5fa8",
      haloLineWidth: 10,
      labelText: short(found.name ?? found.id, narrow ? 9 : 12) + noted,
      labelFontSize: isCentre ? 14 : 12,
      labelFontWeight: isCentre || mark ? 600 : 400,
      labelFill: found.open ? token("ink") : token("quiet"),
      labelPlacement: isCentre || !place.step ? "bottom" : place.step > 0 ? "right" : "left",
      labelBackground: true,
      labelBackgroundFill: "#fff",
      labelBackgroundOpacity: 0.8,
      cursor: "pointer",
    },
  };
}

export function edgeOf(found, { largest, mark, hidden }) {
  const share = Math.sqrt(Math.abs(Number(found.amount)) / largest);
  return {
    id: `${found.seller}>${found.buyer}`,
    source: found.seller,
    target: found.buyer,
    data: found,
    style: {
      visibility: hidden ? "hidden" : "visible",
      lineWidth: 0.75 + 5 * share,
      stroke: mark?.note ? "#8a6d1a" : "#b4c0cf",
      labelText: mark?.note ? "✎" : "",
      endArrow: true,
      endArrowSize: 6 + 4 * share,
      increasedLineWidthForHitTesting: 12,
      cursor: "pointer",
    },
  };
}
