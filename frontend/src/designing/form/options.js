// The options of a choice: code and name, in order.
import { make } from "../server.js";

export function optionsControl(schema, put, readonly) {
  const options = (schema.oneOf ?? (schema.enum ?? []).map((value) => ({ const: value, title: String(value) }))).map((one) => ({ ...one }));
  const body = make("div", {});
  const fault = make("span", { class: "field-error", role: "alert", hidden: true });
  const tell = () => {
    const codes = options.map((one) => one.const);
    const wrong = options.some((one) => one.const === "" || one.title === "") ? "代码和名称都要写" : new Set(codes).size < codes.length ? "代码重复" : options.length ? "" : "至少要有一个选项";
    fault.textContent = wrong;
    fault.hidden = !wrong;
    if (!wrong) put(options.map((one) => ({ ...one })));
  };
  const typed = (text, old) => (typeof old === "number" && text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text);
  const draw = () => {
    body.replaceChildren(...options.map((one, at) => make("div", { class: "panel-option" },
      make("input", { class: "form-control", value: String(one.const), maxlength: 40, "aria-label": `选项 ${at + 1} 的代码`, disabled: readonly, onchange: (event) => { one.const = typed(event.target.value.trim(), one.const); tell(); } }),
      make("input", { class: "form-control", value: one.title, maxlength: 60, "aria-label": `选项 ${at + 1} 的名称`, disabled: readonly, onchange: (event) => { one.title = event.target.value.trim(); tell(); } }),
      readonly ? null : make("button", { class: "btn-plain", type: "button", "aria-label": `删去选项 ${one.title}`, onclick: () => { options.splice(at, 1); draw(); tell(); } }, make("i", { class: "ti ti-x", "aria-hidden": "true" })))));
  };
  draw();
  const more = () => {
    let at = options.length + 1;
    while (options.some((one) => one.const === `OPTION_${at}`)) at += 1;
    options.push({ const: `OPTION_${at}`, title: `选项 ${at}` });
    draw();
    tell();
  };
  return make("div", { class: "panel-field", "data-field": "oneOf" }, make("span", { class: "form-label" }, "选项（代码与名称）"), body, fault, readonly ? null : make("button", { class: "btn btn-sm", type: "button", onclick: more }, "加一个选项"));
}
