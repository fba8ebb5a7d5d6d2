// Opens the table in dmn-js (decision tables only: no diagrams, no literal expressions), saves it, shows the findings.
import DecisionTableEditor from "dmn-js-decision-table/lib/Editor.js";
import EditingManager from "dmn-js-shared/lib/base/EditingManager.js";
import { is } from "dmn-js-shared/lib/util/ModelUtil.js";
import { showValidity } from "./validity.js";
import { translate } from "./words.js";

class Editor extends EditingManager {
  _getViewProviders() {
    const opens = (element) => is(element, "dmn:Decision") && is(element.decisionLogic, "dmn:DecisionTable");
    return [{ id: "decisionTable", constructor: DecisionTableEditor, opens }];
  }
}

export function makeEditor(container) {
  const words = { translate: ["value", translate] };
  // dmn-js asks for columns with expression language and types; only what the rules centre runs is offered.
  const common = {
    dataTypes: ["string", "number", "integer", "boolean", "date"],
    expressionLanguages: { options: [{ value: "feel", label: "FEEL" }], defaults: { editor: "feel" } },
  };
  return new Editor({ container, common, decisionTable: { additionalModules: [words] } });
}

export async function openEditor(card) {
  const state = document.getElementById("decision-state");
  const editor = makeEditor(card.querySelector("[data-canvas]"));
  let digest = card.dataset.digest;
  let dirty = false;
  const say = (text, tone = "") => { state.textContent = text; state.className = `ms-2 ${tone || "quiet"}`; };
  try {
    await editor.importXML(card.querySelector("[data-xml]").value);
  } catch (error) {
    say(`打不开这张表：${error.message}`, "late");
    return;
  }
  const viewer = editor.getActiveViewer();
  const validity = document.querySelector("[data-validity] tbody");
  const changed = () => { dirty = true; say("有未保存的改动"); };
  const refresh = () => showValidity(validity, editor.getActiveView().element, changed);
  refresh();
  viewer.on("elements.changed", () => { changed(); refresh(); });

  async function save() {
    document.activeElement?.blur();
    const { xml } = await editor.saveXML({ format: true });
    const token = document.querySelector("meta[name=csrf-token]").content;
    say("保存中……");
    const answer = await fetch(card.dataset.save, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ xml, seen: digest }),
    }).catch(() => null);
    if (!answer || !(answer.headers.get("content-type") ?? "").includes("json")) {
      say("没有保存：连接中断或登录已过期，请另开一页登录后再按保存", "late");
      return;
    }
    const body = await answer.json();
    if (!answer.ok) { say(body.message, "late"); return; }
    digest = body.digest;
    dirty = false;
    document.querySelector("[data-findings]").innerHTML = body.findings;
    say(body.count ? `已保存，分析有 ${body.count} 处` : "已保存，分析没有发现问题");
  }

  card.querySelector("[data-save-now]").addEventListener("click", save);
  card.querySelector("[data-undo]").addEventListener("click", () => viewer.get("commandStack").undo());
  card.querySelector("[data-redo]").addEventListener("click", () => viewer.get("commandStack").redo());
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); }
  });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}
