// bpmn-js is heavy: it is loaded only where a drawing stands.
export async function drawPictures(root) {
  const places = [...root.querySelectorAll("[data-picture]:not([data-drawn])")];
  if (!places.length) return;
  for (const place of places) place.dataset.drawn = "";
  const { default: Viewer } = await import("bpmn-js/lib/NavigatedViewer");
  await Promise.all(places.map((place) => draw(Viewer, place)));
}

async function draw(Viewer, place) {
  const card = place.closest(".card");
  const viewer = new Viewer({ container: place });
  try {
    await viewer.importXML(card.querySelector("template[data-xml]").content.textContent);
  } catch {
    card.remove();
    return;
  }
  fit(viewer, place);
  mark(viewer, card.querySelector("template[data-states]"));
}

// The whole drawing, at most life-size; the height follows the drawing.
function fit(viewer, place) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const scale = Math.min(1, (place.clientWidth - 32) / inner.width);
  // On a narrow card the maker's mark stands below the drawing, not over it.
  const foot = place.clientWidth < 600 ? 60 : 32;
  place.style.height = `${Math.max(120, Math.round(inner.height * scale) + foot)}px`;
  canvas.resized();
  canvas.viewbox({
    x: inner.x - 16 / scale,
    y: inner.y - 16 / scale,
    width: place.clientWidth / scale,
    height: place.clientHeight / scale,
  });
}

function mark(viewer, source) {
  if (!source) return;
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const [id, state] of Object.entries(JSON.parse(source.content.textContent))) {
    if (registry.get(id)) canvas.addMarker(id, `process-${state}`);
  }
}
