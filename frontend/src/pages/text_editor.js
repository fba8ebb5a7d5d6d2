// Letters, cases and other files as text: places put in from a list, problems after each save.
import "../designing/text.css";
import { showProblems } from "../designing/problems.js";
import { DraftFile, listenForSave } from "../designing/saving.js";
import { dataOf } from "../designing/server.js";

const data = dataOf("designer-data");
const file = new DraftFile({ url: data.url, revision: data.revision, readonly: data.readonly });
const source = document.getElementById("source");
const below = document.getElementById("problems");

async function save() {
  const answer = await file.save(source.value);
  if (answer?.problems) showProblems(below, answer.problems);
}

showProblems(below, data.problems);
if (!data.readonly) {
  source.addEventListener("input", () => file.touch());
  document.querySelector("[data-act=save]").addEventListener("click", save);
  listenForSave(save);
}
document.getElementById("places")?.addEventListener("change", (event) => {
  const path = event.target.value;
  if (!path) return;
  source.setRangeText(`{{ ${path} }}`, source.selectionStart, source.selectionEnd, "end");
  event.target.value = "";
  file.touch();
  source.focus();
});
