// Controls of the panels: label, control, hint, fault. Each calls `put` with its value when that changes.
import { make } from "./server.js";

let count = 0;

function framed(spec, control) {
  count += 1;
  const id = `control-${count}`;
  control.id = id;
  const hint = spec.help ? make("span", { class: "form-hint", id: `${id}-hint` }, spec.help) : null;
  if (hint) control.setAttribute("aria-describedby", hint.id);
  const fault = make("span", { class: "field-error", role: "alert", hidden: true });
  const label = make("label", { class: "form-label", for: id }, spec.label);
  if (spec.needed) label.append(make("span", { class: "needed", "aria-hidden": "true" }, "*"));
  const box = make("div", { class: "panel-field", "data-field": spec.name ?? "" }, label, control, fault, hint);
  box.fault = (text) => {
    fault.textContent = text ?? "";
    fault.hidden = !text;
    control.classList.toggle("is-invalid", Boolean(text));
  };
  return box;
}

export function textControl(spec, value, put, { readonly, rows } = {}) {
  const control = rows
    ? make("textarea", { class: "form-control", rows, maxlength: spec.most ?? 500, disabled: readonly })
    : make("input", { class: "form-control", type: spec.type ?? "text", maxlength: spec.most ?? 200, placeholder: spec.example, disabled: readonly, autocomplete: "off", spellcheck: "false", ...(spec.list ? { list: spec.list } : {}) });
  control.value = value ?? "";
  const box = framed(spec, control);
  control.addEventListener("change", () => {
    const text = control.value.trim();
    const wrong = spec.check?.(text);
    box.fault(wrong);
    if (!wrong) put(text);
  });
  return box;
}

export function numberControl(spec, value, put, { readonly } = {}) {
  const control = make("input", { class: "form-control", type: "number", min: spec.min, max: spec.max, step: spec.step ?? "any", disabled: readonly });
  control.value = value ?? "";
  const box = framed(spec, control);
  control.addEventListener("change", () => {
    const number = control.value === "" ? null : Number(control.value);
    const wrong = number !== null && ((spec.min !== undefined && number < spec.min) || (spec.max !== undefined && number > spec.max)) ? `应在 ${spec.min} 到 ${spec.max} 之间` : "";
    box.fault(wrong);
    if (!wrong) put(number);
  });
  return box;
}

export function selectControl(spec, value, put, { readonly } = {}) {
  const options = spec.options.map(([key, title]) => make("option", { value: key, selected: key === value }, title));
  if (value && !spec.options.some(([key]) => key === value)) options.push(make("option", { value, selected: true }, `${value}（没有登记）`));
  const control = make("select", { class: "form-select", disabled: readonly }, ...options);
  control.addEventListener("change", () => put(control.value));
  return framed(spec, control);
}

export function checkControl(spec, value, put, { readonly } = {}) {
  const control = make("input", { class: "form-check-input", type: "checkbox", checked: Boolean(value), disabled: readonly });
  control.addEventListener("change", () => put(control.checked));
  const hint = spec.help ? make("span", { class: "form-hint" }, spec.help) : null;
  return make("div", { class: "panel-field", "data-field": spec.name ?? "" }, make("label", { class: "form-check mb-0" }, control, make("span", { class: "form-check-label" }, spec.label)), hint);
}

export function checksControl(spec, chosen, put, { readonly } = {}) {
  const kept = new Set(chosen);
  const rows = spec.options.map(([key, title]) => {
    const box = make("input", { class: "form-check-input", type: "checkbox", checked: kept.has(key), disabled: readonly || spec.fixed?.includes(key) });
    box.addEventListener("change", () => {
      if (box.checked) kept.add(key);
      else kept.delete(key);
      put(spec.options.map(([one]) => one).filter((one) => kept.has(one)));
    });
    return make("label", { class: "form-check" }, box, make("span", { class: "form-check-label" }, title));
  });
  const hint = spec.help ? make("span", { class: "form-hint" }, spec.help) : null;
  return make("fieldset", { class: "panel-field panel-checks", "data-field": spec.name ?? "" }, make("legend", { class: "form-label" }, spec.label), ...rows, hint);
}

export function factRow(title, value) {
  return make("div", { class: "panel-fact" }, make("span", { class: "quiet" }, title), make("span", {}, value));
}

export function section(title, ...parts) {
  const kept = parts.flat().filter(Boolean);
  return kept.length ? make("section", { class: "panel-section" }, make("h3", {}, title), ...kept) : null;
}
