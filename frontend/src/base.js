import { Dropdown, Tooltip } from "@tabler/core/dist/js/tabler.esm.js";
import htmx from "htmx.org/dist/htmx.esm.js";
import Alpine from "@alpinejs/csp";
import { listenForKeys } from "./base/keys.js";
import { listenForAnswers } from "./base/answers.js";
import { listenForMenu } from "./base/shell.js";
import { listenForDialogs } from "./base/dialogs.js";
import { listenForFilters } from "./base/filters.js";
import { listenForPicks } from "./base/picking.js";
import { listenForNotices } from "./base/bell.js";

// The page's security policy allows neither evaluated strings nor injected style elements.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;

window.htmx = htmx;
window.Alpine = Alpine;
listenForKeys();
listenForMenu();
listenForDialogs();
listenForFilters();
listenForPicks();
listenForAnswers(htmx);
listenForNotices();
// Page bundles are modules after this one: let them register their components first.
document.addEventListener("DOMContentLoaded", () => Alpine.start());
