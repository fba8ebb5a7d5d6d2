// Days on which a rule holds, kept as attributes of the rule; the last day is shown, the day after it is kept.
const DAY = 86400000;
const shift = (day, days) => (day ? new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10) : "");

function field(rule, name, days, label, changed) {
  const input = document.createElement("input");
  input.type = "date";
  input.className = "form-control form-control-sm day-field";
  input.setAttribute("aria-label", label);
  input.value = shift(rule.$attrs[`yihu:${name}`], days);
  input.addEventListener("change", () => {
    if (input.value) rule.$attrs[`yihu:${name}`] = shift(input.value, -days);
    else delete rule.$attrs[`yihu:${name}`];
    changed();
  });
  return input;
}

function told(rule) {
  return rule.inputEntry.map((cell) => cell.text || "—").join("  ") + "  →  " + rule.outputEntry.map((cell) => cell.text || "—").join("  ");
}

export function showValidity(body, decision, changed) {
  const rules = decision.decisionLogic.rule ?? [];
  body.replaceChildren(
    ...rules.map((rule, index) => {
      const row = document.createElement("tr");
      const number = row.insertCell();
      number.className = "figure";
      number.textContent = index + 1;
      const text = row.insertCell();
      text.className = "quiet break";
      text.textContent = told(rule);
      row.insertCell().append(field(rule, "from", 0, `规则 ${index + 1} 有效期起`, changed));
      row.insertCell().append(field(rule, "to", -1, `规则 ${index + 1} 有效期止`, changed));
      return row;
    }),
  );
}
