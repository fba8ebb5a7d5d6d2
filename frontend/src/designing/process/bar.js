// The bar above the drawing: undo, zoom, export, import.
import { ask, download, make } from "../server.js";
import { fit } from "./modeler.js";

export function listenForBar(modeler, file, data, { changed }) {
  const on = (name, act) => document.querySelector(`[data-act=${name}]`)?.addEventListener("click", act);
  const stack = modeler.get("commandStack");
  const [undo, redo] = ["undo", "redo"].map((name) => document.querySelector(`[data-act=${name}]`));
  const refresh = () => {
    if (undo) undo.disabled = !stack.canUndo();
    if (redo) redo.disabled = !stack.canRedo();
  };
  on("undo", () => stack.undo());
  on("redo", () => stack.redo());
  on("zoom-in", () => modeler.get("zoomScroll").stepZoom(1));
  on("zoom-out", () => modeler.get("zoomScroll").stepZoom(-1));
  on("fit", () => fit(modeler));
  on("export-bpmn", async () => download(`${data.name}.bpmn`, "application/xml", (await modeler.saveXML({ format: true })).xml));
  on("export-svg", async () => download(`${data.name}.svg`, "image/svg+xml", (await modeler.saveSVG()).svg));
  const input = document.querySelector("[data-import]");
  input?.addEventListener("change", async () => {
    const [chosen] = input.files;
    input.value = "";
    if (chosen) await bringIn(modeler, chosen, data, changed);
  });
  modeler.on("commandStack.changed", refresh);
  refresh();
}

// A file is examined by the server before the browser opens it; what it refuses is not drawn.
async function bringIn(modeler, chosen, data, changed) {
  const text = chosen.size <= data.most ? await chosen.text() : null;
  const answer = text === null ? { ok: false, message: `文件超过 ${data.most / 1024} KB，请拆成几个流程` } : await ask(data.urls.importing, { text });
  if (!answer?.ok) return refuse(chosen.name, answer);
  try {
    await modeler.importXML(text);
  } catch {
    return refuse(chosen.name, { message: "文件里没有可画的图形。请在原工具中带图形导出，再导入。" });
  }
  fit(modeler);
  return changed();
}

function refuse(name, answer) {
  const rows = (answer?.problems ?? []).map((one) => make("li", {}, make("code", {}, one.code), " ", one.message));
  const shut = make("button", { class: "btn btn-primary", type: "button" }, "知道了");
  const dialog = make("dialog", { class: "designer-dialog", "aria-label": "没有导入" }, make("h2", {}, `没有导入“${name}”`), make("p", {}, answer?.message ?? "文件不能用。"), make("ul", {}, ...rows), shut);
  shut.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
