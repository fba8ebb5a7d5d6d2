// The trading network: who sold to whom. Width is the amount, colour the risk level; arrows point from seller to buyer.
import { Graph } from "@antv/g6";
import { placesOf } from "./places.js";
import { LEVELS, levelColour, readJson, shortMoney, token } from "./figures.js";

const short = (name, length) => (name.length > length ? `${name.slice(0, length - 1)}…` : name);
const LEAST_ZOOM = 0.7;

function node(found, centre, place, narrow) {
  const isCentre = found.id === centre;
  return {
    id: found.id,
    data: found,
    style: {
      x: place.x,
      y: place.y,
      size: isCentre ? 30 : 14,
      fill: found.level ? levelColour(found.level) : "#c3cad4",
      stroke: isCentre ? token("ink") : "#fff",
      lineWidth: isCentre ? 3 : 1.5,
      labelText: short(found.name ?? found.id, narrow ? 9 : 12),
      labelFontSize: isCentre ? 14 : 12,
      labelFontWeight: isCentre ? 600 : 400,
      labelFill: found.open ? token("ink") : token("quiet"),
      labelPlacement: isCentre || !place.step ? "bottom" : place.step > 0 ? "right" : "left",
      labelBackground: true,
      labelBackgroundFill: "#fff",
      labelBackgroundOpacity: 0.8,
      cursor: "pointer",
    },
  };
}

function edge(found, largest) {
  const share = Math.sqrt(Math.abs(Number(found.amount)) / largest);
  return {
    id: `${found.seller}>${found.buyer}`,
    source: found.seller,
    target: found.buyer,
    data: found,
    style: { lineWidth: 0.75 + 5 * share, stroke: "#b4c0cf", endArrow: true, endArrowSize: 6 + 4 * share, cursor: "pointer" },
  };
}

class Picture {
  constructor(place) {
    this.place = place;
    this.nodes = new Map();
    this.edges = new Map();
    this.details = document.getElementById(place.dataset.details);
    this.steps = [];
  }

  take({ centre, nodes, edges }) {
    const found = typeof centre === "object" ? [centre, ...nodes] : nodes;
    this.centre ??= typeof centre === "object" ? centre.id : centre;
    for (const n of found) if (!this.nodes.has(n.id)) this.nodes.set(n.id, n);
    for (const e of edges) this.edges.set(`${e.seller}>${e.buyer}`, e);
  }

  clear() {
    this.nodes.clear();
    this.edges.clear();
    this.centre = undefined;
  }

  data() {
    const places = (this.places = placesOf(this.centre, [...this.nodes.values()], [...this.edges.values()]));
    const largest = Math.max(1, ...[...this.edges.values()].map((e) => Math.abs(Number(e.amount))));
    return {
      nodes: [...this.nodes.values()].map((n) => node(n, this.centre, places.get(n.id), places.narrow)),
      edges: [...this.edges.values()].map((e) => edge(e, largest)),
    };
  }

  async draw() {
    this.place.dataset.ready = "false";
    if (!this.graph) {
      this.graph = new Graph({
        container: this.place,
        padding: 24,
        zoomRange: [0.15, 3],
        animation: false,
        data: this.data(),
        edge: { type: "cubic-horizontal" },
        behaviors: ["drag-canvas", "zoom-canvas", "drag-element"],
      });
      this.listen();
    } else {
      this.graph.setData(this.data());
    }
    await this.graph.render();
    await this.fit();
    this.place.dataset.ready = "true";
  }

  // A small picture keeps its size; a large one is made to fit. Labels stand outside the outermost columns.
  async fit() {
    const spots = [...this.places.values()];
    const extent = (axis) => Math.max(...spots.map((s) => s[axis])) - Math.min(...spots.map((s) => s[axis]));
    const fits = extent("x") + 340 < this.place.clientWidth && extent("y") + 60 < this.place.clientHeight;
    if (!fits) await this.graph.fitView();
    if (!fits && this.graph.getZoom() > LEAST_ZOOM) return undefined;
    // Better a part that can be read and dragged than the whole in letters too small.
    if (!fits) {
      await this.graph.zoomTo(LEAST_ZOOM);
      return this.graph.focusElement(this.centre);
    }
    await this.graph.zoomTo(1);
    return this.graph.fitCenter();
  }

  listen() {
    this.graph.on("node:click", ({ target }) => this.tellNode(this.nodes.get(target.id)));
    this.graph.on("edge:click", ({ target }) => this.tellEdge(this.edges.get(target.id)));
    this.graph.on("node:dblclick", ({ target }) => this.grow(target.id));
    new ResizeObserver(() => {
      const { clientWidth, clientHeight } = this.place;
      if (clientWidth) this.graph.resize(clientWidth, clientHeight);
    }).observe(this.place);
  }

  async grow(id) {
    const found = this.nodes.get(id);
    if (!found?.open) return this.tell(found, ["该户不在您的管户范围内，只显示发票上的内容，不能展开。"]);
    const answer = await fetch(`/household/${encodeURIComponent(id)}/network.json?${this.period()}&limit=10`);
    if (!answer.ok) return this.tell(found, ["没有取到该户的往来，请稍后再试。"]);
    const before = this.nodes.size;
    this.take(await answer.json());
    this.steps.push(`展开 ${found.name}：新增 ${this.nodes.size - before} 户`);
    await this.draw();
    return this.tell(found, this.steps);
  }

  period() {
    const query = new URLSearchParams();
    const { start, end } = this.place.dataset;
    if (start) query.set("start", start);
    if (end) query.set("end", end);
    return query;
  }

  async load() {
    const answer = await fetch(`${this.place.dataset.network}?${this.period()}`);
    if (!answer.ok) return;
    this.clear();
    this.take(await answer.json());
    await this.draw();
  }

  tellNode(found) {
    const lines = [found.division, found.industry].filter(Boolean);
    const amount = (side) =>
      [...this.edges.values()].filter((e) => e[side] === found.id).reduce((sum, e) => sum + Number(e.amount), 0);
    lines.push(`图中售出 ${shortMoney(amount("seller"))}`, `图中购进 ${shortMoney(amount("buyer"))}`);
    this.tell(found, lines);
  }

  tellEdge(found) {
    const name = (id) => this.nodes.get(id)?.name ?? id;
    const lines = [`${name(found.seller)} → ${name(found.buyer)}`, `${found.first ?? ""} 至 ${found.latest ?? ""}`];
    if (found.count) lines.push(`${found.count} 份发票`);
    this.tell({ name: shortMoney(found.amount) }, lines);
  }

  tell(found, lines) {
    if (!this.details) return;
    const title = document.createElement("strong");
    title.textContent = found.name;
    const parts = [title];
    if (found.level) {
      const mark = document.createElement("span");
      mark.className = `risk risk-${found.level.toLowerCase()}`;
      mark.textContent = LEVELS[found.level];
      parts.push(mark);
    }
    for (const line of lines) {
      const text = document.createElement("div");
      text.textContent = line;
      parts.push(text);
    }
    if (found.open) parts.push(link(`/household/${encodeURIComponent(found.id)}/`, "打开一户式"), link(`/trace/?household=${encodeURIComponent(found.id)}`, "从这里追踪"));
    this.details.replaceChildren(...parts);
  }
}

function link(address, text) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.textContent = text;
  return anchor;
}

function listenForTime(picture, place) {
  const sliders = [...document.querySelectorAll(`[data-time-of="${place.id}"]`)];
  if (!sliders.length) return;
  const months = readJson(place.dataset.monthsOf) ?? [];
  const shown = document.getElementById(`${place.id}-time`);
  let waiting = 0;
  const apply = () => {
    const [a, b] = sliders.map((slider) => Number(slider.value)).sort((x, y) => x - y);
    place.dataset.start = `${months[a]}-01`;
    place.dataset.end = `${months[b]}-28`;
    shown.textContent = `${months[a]} 至 ${months[b]}`;
    clearTimeout(waiting);
    waiting = setTimeout(() => picture.load(), 250);
  };
  sliders.forEach((slider) => slider.addEventListener("input", apply));
}

function listenForExport(picture, place) {
  document.querySelector(`[data-picture-of="${place.id}"]`)?.addEventListener("click", async () => {
    const anchor = document.createElement("a");
    anchor.href = await picture.graph.toDataURL({ mode: "overall" });
    anchor.download = "交易网络.png";
    anchor.click();
  });
}

export async function drawNetwork(place) {
  if (place.dataset.ready) return;
  const picture = new Picture(place);
  listenForTime(picture, place);
  listenForExport(picture, place);
  const given = readJson(place.dataset.graph ?? "");
  if (!given) return picture.load();
  picture.take(given);
  return picture.draw();
}
