// The form designer: fields in their order, what can be said of each, and the form as the server shows it.
import "../designing/form/form.css";
import { FormDocument } from "../designing/form/document.js";
import { FieldList, icon } from "../designing/form/list.js";
import { KINDS, OFFERED } from "../designing/form/kinds.js";
import { FieldPanel } from "../designing/form/panel.js";
import { Preview } from "../designing/form/preview.js";
import { showProblems } from "../designing/problems.js";
import { DraftFile, listenForSave } from "../designing/saving.js";
import { dataOf, download, later, make } from "../designing/server.js";

const data = dataOf("designer-data");
const file = new DraftFile({ url: data.urls.save, revision: data.revision, readonly: data.readonly });
const form = new FormDocument(data.text);
const below = document.getElementById("problems");
const preview = new Preview(document.getElementById("preview"), data.urls.preview, (problems) => show(problems));
const panel = new FieldPanel(document.getElementById("panel"), form, data, { changed });
const list = new FieldList(document.getElementById("fields"), form, { select, changed, readonly: data.readonly });
let chosen = null;

function show(problems) {
  showProblems(below, problems);
}

function select(path) {
  chosen = path;
  list.draw(path);
  panel.show(path);
}

const soon = later(400, () => preview.draw(form.text));
function changed(path) {
  const moved = path?.join(".") !== chosen?.join(".");
  chosen = path;
  file.touch();
  list.draw(path);
  if (moved && !document.getElementById("panel").contains(document.activeElement)) panel.show(path);
  buttons();
  soon();
}

function buttons() {
  document.querySelector("[data-act=undo]").disabled = !form.past.length;
  document.querySelector("[data-act=redo]").disabled = !form.future.length;
}

function step(act) {
  if (!act()) return;
  file.touch();
  select(chosen && form.field(chosen) ? chosen : null);
  buttons();
  soon();
}

async function save() {
  document.activeElement?.blur();
  const answer = await file.save(form.text);
  if (answer?.problems) show(answer.problems);
}

function palette() {
  const add = (kind) => {
    const path = form.add(kind, chosen);
    changed(path);
    select(path);
    document.querySelector("#panel [data-field=title] input")?.select();
  };
  const place = document.getElementById("palette");
  place.replaceChildren(...OFFERED.map((kind) => make("button", { type: "button", title: `加一个${KINDS[kind].title}`, onclick: () => add(kind) }, icon(KINDS[kind].icon), KINDS[kind].title)));
}

const on = (name, act) => document.querySelector(`[data-act=${name}]`)?.addEventListener("click", act);
on("undo", () => step(form.undo));
on("redo", () => step(form.redo));
on("export", () => download(`${data.name}.json`, "application/json", form.text));
on("add-group", () => {
  form.addGroup("新的标题");
  changed(chosen);
});
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (!(event.ctrlKey || event.metaKey) || typing || data.readonly) return;
  const act = { z: event.shiftKey ? form.redo : form.undo, y: form.redo }[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  step(act);
});
if (!data.readonly) {
  palette();
  on("save", save);
  listenForSave(save);
}
select(null);
buttons();
show(data.problems);
preview.draw(form.text);
