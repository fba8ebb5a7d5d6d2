// The fields of a form come anew when others apply. What somebody typed while the answer was on its way is theirs: it is
// put back, and htmx keeps the cursor in what bears an id; a fresh row gets it.
const FIELDS = "#matter-fields input:not([type=hidden]):not([type=file]), #matter-fields select, #matter-fields textarea";

export function listenForForms() {
  const faults = document.getElementById("faults");
  if (faults) faults.focus();
  let typed = new Map();
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    typed = detail.target?.id === "matter-fields" ? typedSince(detail.requestConfig.parameters) : new Map();
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    putBack(typed);
    typed = new Map();
    const button = detail.requestConfig?.elt;
    if (button?.name === "_add") enterLastRow(button.value);
  });
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";

// By id, the fields that no longer hold what was sent.
function typedSince(sent) {
  const found = new Map();
  for (const field of document.querySelectorAll(FIELDS)) {
    if (!field.id || !field.name) continue;
    const before = [sent[field.name] ?? []].flat();
    const kept = isTick(field) ? before.includes(field.value) : before[before.length - 1];
    const now = isTick(field) ? field.checked : field.value;
    if (kept !== undefined && kept !== now) found.set(field.id, now);
  }
  return found;
}

function putBack(typed) {
  for (const [id, now] of typed) {
    const field = document.getElementById(id);
    if (!field) continue;
    if (isTick(field)) field.checked = now;
    else field.value = now;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function enterLastRow(name) {
  const rows = document.querySelectorAll(`#f_${name.replaceAll(".", "_")} .one-row`);
  rows[rows.length - 1]?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}
