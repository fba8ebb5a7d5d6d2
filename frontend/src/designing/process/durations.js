// Working time as people say it and as BPMN writes it: 3 working days ↔ P3D, 4 working hours ↔ PT4H.
import { make } from "../server.js";

export function read(text) {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?)?$/.exec(text ?? "");
  if (!found || (!found[1] && !found[2]) || (found[1] && found[2])) return null;
  return found[1] ? { length: Number(found[1]), unit: "D" } : { length: Number(found[2]), unit: "H" };
}

export const write = (length, unit) => (unit === "D" ? `P${length}D` : `PT${length}H`);

// A number and its unit; what is written in another way (P1DT4H) stays as text that can be edited.
export function durationControl(spec, value, put, { readonly } = {}) {
  const parsed = read(value);
  const odd = value && !parsed;
  const length = make("input", { class: "form-control", type: odd ? "text" : "number", min: 1, max: 999, disabled: readonly, "aria-label": spec.label, placeholder: "不限" });
  length.value = odd ? value : (parsed?.length ?? "");
  const unit = make("select", { class: "form-select", disabled: readonly || odd, "aria-label": "单位" }, make("option", { value: "D" }, "工作日"), make("option", { value: "H" }, "工作小时"));
  unit.value = parsed?.unit ?? "D";
  const tell = () => put(odd ? length.value.trim() : length.value ? write(Math.max(1, Math.trunc(Number(length.value))), unit.value) : "");
  length.addEventListener("change", tell);
  unit.addEventListener("change", tell);
  return make("div", { class: "panel-field", "data-field": spec.name }, make("span", { class: "form-label" }, spec.label), make("div", { class: "panel-pair" }, length, unit), spec.help ? make("span", { class: "form-hint" }, spec.help) : null);
}
