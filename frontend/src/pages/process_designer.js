// The process designer: a drawing, what can be said of its parts, and what is wrong with it.
import "../designing/process/process.css";
import { listenForBar } from "../designing/process/bar.js";
import { nameOf } from "../designing/process/kinds.js";
import { fit, makeModeler, markProblems, select } from "../designing/process/modeler.js";
import { Panel } from "../designing/process/panel.js";
import { untranslated } from "../designing/process/words.js";
import { showProblems } from "../designing/problems.js";
import { DraftFile, listenForSave } from "../designing/saving.js";
import { ask, dataOf, later } from "../designing/server.js";

const data = dataOf("designer-data");
const file = new DraftFile({ url: data.urls.save, revision: data.revision, readonly: data.readonly });
const modeler = makeModeler(document.getElementById("drawing"));
const list = document.getElementById("problems");

function show(problems) {
  const registry = modeler.get("elementRegistry");
  markProblems(modeler, problems);
  showProblems(list, problems, { select: (id) => select(modeler, id), names: (id) => nameOf(registry.get(id)) });
}

let asked = 0;
async function examine() {
  const mine = (asked += 1);
  const { xml } = await modeler.saveXML({ format: true });
  const answer = await ask(data.urls.check, { text: xml });
  if (answer?.problems && mine === asked) show(answer.problems);
}

async function save() {
  const { xml } = await modeler.saveXML({ format: true });
  const answer = await file.save(xml);
  if (answer?.problems) show(answer.problems);
}

const soon = later(900, examine);
function changed() {
  file.touch();
  soon();
}

async function begin() {
  await modeler.importXML(data.text);
  fit(modeler);
  new Panel(document.getElementById("panel"), modeler, data);
  listenForBar(modeler, file, data, { changed });
  modeler.on("commandStack.changed", changed);
  show(data.problems);
  if (!data.readonly) {
    listenForSave(save);
    document.querySelector("[data-act=save]")?.addEventListener("click", save);
  }
  document.getElementById("drawing").dataset.ready = "true";
}

begin().catch((error) => {
  list.textContent = `流程图打不开：${error.message}`;
});
// For the test in the browser: texts that still have no Chinese.
window.untranslated = untranslated;
