// The editor of decision tables: dmn-js with Chinese words, validity of rules beside it, saving and analysis.
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "../decision/decision.css";
import { openEditor } from "../decision/editor.js";

const card = document.getElementById("decision");
if (card) openEditor(card);
