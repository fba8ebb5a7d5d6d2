// The data page needs only its dialogs; progress is asked for by htmx.
import "../household/household.css";
import "../household/gathering.css";
import { listenForDialogs } from "../household/dialogs.js";

listenForDialogs();
