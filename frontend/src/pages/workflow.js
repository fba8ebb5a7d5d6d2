// Pages of processes: the drawing with what became of each node, and the form that shows what the chosen verb needs.
import "../css/workflow.css";
import { drawPictures } from "../workflow/picture.js";
import { followVerbs } from "../workflow/verbs.js";

const begin = (root) => {
  drawPictures(root);
  followVerbs(root);
};
begin(document);
// The panel may also come into another room's page later.
document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
