// Small conveniences of forms: selects that submit at once, and empty fields left out of the address.
// Columns stand in the address only once somebody has chosen them.
function columnsChosen(fields) {
  const columns = fields.filter((field) => field.name === "col");
  const named = new URLSearchParams(window.location.search).has("col");
  return named || columns.some((field) => field.checked !== field.defaultChecked);
}

export function listenForFilters() {
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-submit]");
    if (field) field.form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get" || form.dataset.tidy === undefined) return;
    const fields = [...form.elements].filter((field) => field.name && !field.disabled);
    const untouched = (field) => field.name === "col" && !columnsChosen(fields);
    const empty = fields.filter((field) => field.value === "" || untouched(field));
    empty.forEach((field) => (field.disabled = true));
    setTimeout(() => empty.forEach((field) => (field.disabled = false)));
  });
}
