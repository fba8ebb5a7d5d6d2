// Rows of a list that are ticked for one act: all of the page at once, and how many there are.
const ticks = (form) => [...form.elements].filter((field) => field.name === "row");

function tell(form) {
  const all = ticks(form);
  const picked = all.filter((tick) => tick.checked).length;
  const whole = form.querySelector("[data-pick-all]");
  form.querySelector("[data-picked]").textContent = picked ? `（${picked}）` : "";
  form.querySelector("[type=submit]").disabled = !picked;
  whole.checked = picked === all.length;
  whole.indeterminate = picked > 0 && picked < all.length;
}

export function listenForPicks() {
  const form = document.querySelector("[data-picking]");
  if (!form) return;
  const whole = form.querySelector("[data-pick-all]");
  whole.closest("label").hidden = false;
  document.addEventListener("change", (event) => {
    if (event.target === whole) ticks(form).forEach((tick) => (tick.checked = whole.checked));
    if (event.target.form === form) tell(form);
  });
  // The way back brings the ticks back as well.
  window.addEventListener("pageshow", () => tell(form));
  tell(form);
}
