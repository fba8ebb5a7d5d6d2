// Where the reader was when the fields came anew: htmx keeps what bears an id; a fresh row gets the cursor.
export function listenForForms() {
  const faults = document.getElementById("faults");
  if (faults) faults.focus();
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const value = detail.requestConfig?.triggeringEvent?.submitter ?? detail.requestConfig?.elt;
    if (value?.name !== "_add") return;
    const rows = document.querySelectorAll(`#f_${value.value.replaceAll(".", "_")} .one-row`);
    rows[rows.length - 1]?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
}
