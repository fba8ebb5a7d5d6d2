// Pages of matters: the drawing of a process, with what became of each node; a form that does not lose its reader.
import "../css/matters.css";
import { drawProcesses } from "../matters/drawing.js";
import { listenForForms } from "../matters/forms.js";

drawProcesses();
listenForForms();
