// A decision table of a draft, in the editor of the rules centre.
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "../decision/decision.css";
import "../designing/text.css";
import { makeEditor } from "../decision/editor.js";
import { showProblems } from "../designing/problems.js";
import { DraftFile, listenForSave } from "../designing/saving.js";
import { dataOf, download } from "../designing/server.js";

const data = dataOf("designer-data");
const file = new DraftFile({ url: data.url, revision: data.revision, readonly: data.readonly });
const canvas = document.getElementById("table");
const below = document.getElementById("problems");
const editor = makeEditor(canvas);
const text = async () => (await editor.saveXML({ format: true })).xml;

async function save() {
  document.activeElement?.blur();
  const answer = await file.save(await text());
  if (answer?.problems) showProblems(below, answer.problems);
}

async function begin() {
  await editor.importXML(data.text);
  const viewer = editor.getActiveViewer();
  const stack = viewer.get("commandStack");
  const buttons = ["undo", "redo"].map((name) => [name, document.querySelector(`[data-act=${name}]`)]);
  const refresh = () => {
    for (const [name, button] of buttons) button.disabled = !(name === "undo" ? stack.canUndo() : stack.canRedo());
  };
  for (const [name, button] of buttons) button.addEventListener("click", () => stack[name]());
  viewer.on("elements.changed", () => {
    file.touch();
    refresh();
  });
  document.querySelector("[data-act=export]").addEventListener("click", async () => download(data.name, "application/xml", await text()));
  if (!data.readonly) {
    document.querySelector("[data-act=save]").addEventListener("click", save);
    listenForSave(save);
  }
  canvas.dataset.ready = "true";
}

showProblems(below, data.problems);
begin().catch((error) => {
  below.textContent = `这张表打不开，请改文本：${error.message}`;
});
