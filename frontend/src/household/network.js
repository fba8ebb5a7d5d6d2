// The trading network: who sold to whom. Arrows point from seller to buyer; marks and steps are the reader's own.
import { Graph } from "@antv/g6";
import { listenForActs } from "./acts.js";
import { tellDetails } from "./details.js";
import { edgeOf, nodeOf } from "./elements.js";
import { readJson } from "./figures.js";
import { Marks } from "./marks.js";
import { askForNote } from "./notes.js";
import { placesOf } from "./places.js";
import { listenForTime } from "./time.js";

const LEAST_ZOOM = 0.7;

class Picture {
  constructor(place) {
    this.place = place;
    this.nodes = new Map();
    this.edges = new Map();
    this.details = document.getElementById(place.dataset.details);
    this.marks = { of: new Map() };
  }

  // Marks belong to the household in the middle; a printed report draws without them.
  async loadMarks() {
    if (!this.details) return;
    const counter = document.getElementById(`${this.place.id}-steps`);
    this.marks = new Marks(this.centre, (steps) => {
      if (counter) counter.textContent = steps ? `报告（${steps} 步）` : "报告";
    });
    await this.marks.load();
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
    for (const [id, mark] of this.marks.of) {
      if (mark.pinned && mark.x !== null && places.has(id)) Object.assign(places.get(id), { x: mark.x, y: mark.y });
    }
    const largest = Math.max(1, ...[...this.edges.values()].map((e) => Math.abs(Number(e.amount))));
    const shown = (id, found) => nodeOf(found, { centre: this.centre, place: places.get(id), narrow: places.narrow, mark: this.marks.of.get(id), chosen: id === this.chosen });
    const drawn = (id, found) => edgeOf(found, { largest, mark: this.marks.of.get(id), hidden: this.isOutside(found) });
    return {
      nodes: [...this.nodes].map(([id, found]) => shown(id, found)),
      edges: [...this.edges].map(([id, found]) => drawn(id, found)),
    };
  }

  // A chain carries the days of each relation: outside the chosen months it is not drawn.
  isOutside({ first, latest }) {
    const { start, end, network } = this.place.dataset;
    return !network && Boolean(start && end && first && latest) && (latest < start || first > end);
  }

  order() {
    return [...this.places].sort(([, a], [, b]) => a.x - b.x || a.y - b.y).map(([id]) => id);
  }

  async draw({ keepView = false } = {}) {
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
    if (!keepView) await this.fit();
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
    if (this.details) {
      for (const kind of ["node", "edge"]) this.graph.on(`${kind}:click`, ({ target }) => this.choose(target.id));
      this.graph.on("node:dblclick", ({ target }) => this.grow(target.id));
      this.graph.on("node:dragend", ({ target }) => this.marks.of.get(target.id)?.pinned && this.pin(target.id, true));
      listenForActs(this);
    }
    new ResizeObserver(() => {
      const { clientWidth, clientHeight } = this.place;
      if (clientWidth) this.graph.resize(clientWidth, clientHeight);
    }).observe(this.place);
  }

  choose(id, more) {
    const before = this.chosen;
    this.chosen = id;
    tellDetails(this, id, more);
    const marks = [before, id].filter((each) => each !== undefined && this.nodes.has(each));
    if (marks.length) this.graph.updateNodeData(marks.map((each) => ({ id: each, style: { halo: each === id } })));
    return this.graph.draw();
  }

  async grow(id) {
    const found = this.nodes.get(id);
    if (!found?.open) return this.choose(id, ["不能展开。"]);
    const answer = await fetch(`/household/${encodeURIComponent(id)}/network.json?${this.period()}&limit=10`);
    if (!answer.ok) return this.choose(id, ["没有取到该户的往来，请稍后再试。"]);
    const before = this.nodes.size;
    this.take(await answer.json());
    const refused = await this.marks.step("GROW", { subject: id });
    await this.draw();
    return this.choose(id, [`新增 ${this.nodes.size - before} 户`, ...(refused ? [refused] : [])]);
  }

  async trace(id) {
    await this.marks.step("TRACE", { subject: id });
    window.location.assign(`/trace/?household=${encodeURIComponent(id)}`);
  }

  async pin(id, pinned) {
    const [x, y] = this.graph.getElementPosition(id);
    return this.keep(id, { pinned, x, y });
  }

  async writeNote(id) {
    const found = this.nodes.get(id);
    const text = await askForNote(found?.name ?? "这条买卖关系", this.marks.of.get(id)?.note ?? "");
    return text === undefined ? undefined : this.keep(id, { note: text });
  }

  async keep(id, change) {
    const refused = await this.marks.save(id, change);
    await this.draw({ keepView: true });
    return this.choose(id, refused ? [refused] : []);
  }

  async choosePeriod() {
    const { start, end, network } = this.place.dataset;
    await this.marks.step("PERIOD", { start, end });
    return network ? this.load() : this.draw({ keepView: true });
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
    if (!this.marks.address) await this.loadMarks();
    await this.draw();
  }
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
  if (place.dataset.ready) return undefined;
  place.dataset.ready = "false"; // before anything is waited for: a page may ask twice
  const picture = new Picture(place);
  listenForTime(picture, place);
  listenForExport(picture, place);
  const given = readJson(place.dataset.graph ?? "");
  if (!given) return picture.load();
  picture.take(given);
  await picture.loadMarks();
  return picture.draw();
}
