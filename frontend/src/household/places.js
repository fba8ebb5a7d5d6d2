// Where households stand: sellers to the left, buyers to the right, one column a step from the centre.
const WIDE = 300;
const NARROW = 215;
const ROW = 40;
const CROWDED = 16;

function neighboursOf(edges) {
  const found = new Map();
  const note = (id, other, step) => (found.get(id) ?? found.set(id, []).get(id)).push([other, step]);
  for (const { seller, buyer } of edges) {
    note(seller, buyer, 1);
    note(buyer, seller, -1);
  }
  return found;
}

// Breadth first from the centre; the first way to reach a household decides its column.
function columnsFrom(centre, nodes, edges) {
  const near = neighboursOf(edges);
  // A traced chain knows its steps already.
  const column = new Map(nodes.filter((n) => n.depth !== undefined).map((n) => [n.id, n.depth]));
  column.set(centre, 0);
  const queue = [...column.keys()];
  for (let at = 0; at < queue.length; at += 1) {
    for (const [other, step] of near.get(queue[at]) ?? []) {
      if (column.has(other)) continue;
      column.set(other, column.get(queue[at]) + step);
      queue.push(other);
    }
  }
  for (const { id } of nodes) if (!column.has(id)) column.set(id, 0);
  return { column, near };
}

export function placesOf(centre, nodes, edges) {
  const { column, near } = columnsFrom(centre, nodes, edges);
  const columns = new Map();
  for (const { id } of nodes) (columns.get(column.get(id)) ?? columns.set(column.get(id), []).get(column.get(id))).push(id);
  const places = new Map();
  places.narrow = columns.size > 4;
  const steps = [...columns.keys()].sort((a, b) => Math.abs(a) - Math.abs(b) || b - a);
  for (const step of steps) place(columns.get(step), step, near, places);
  return places;
}

// Within a column each stands near the middle of those it trades with that are placed already.
function place(ids, step, near, places) {
  const wish = (id) => {
    const heights = (near.get(id) ?? []).map(([other]) => places.get(other)?.y).filter((y) => y !== undefined);
    return heights.length ? heights.reduce((sum, y) => sum + y, 0) / heights.length : 0;
  };
  const sorted = ids.map((id) => [wish(id), id]).sort(([a], [b]) => a - b);
  const crowded = sorted.length > CROWDED;
  const gap = crowded ? ROW * 0.55 : ROW;
  sorted.forEach(([, id], at) => {
    const shift = crowded && at % 2 ? 170 * Math.sign(step || 1) : 0;
    places.set(id, { x: step * (places.narrow ? NARROW : WIDE) + shift, y: (at - (sorted.length - 1) / 2) * gap, step });
  });
}
