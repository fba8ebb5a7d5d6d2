// Small conveniences of forms: selects that submit at once, and empty fields left out of the address.
export function listenForFilters() {
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-submit]");
    if (field) field.form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get" || form.dataset.tidy === undefined) return;
    const empty = [...form.elements].filter((field) => field.name && !field.disabled && field.value === "");
    empty.forEach((field) => (field.disabled = true));
    setTimeout(() => empty.forEach((field) => (field.disabled = false)));
  });
}
