// A condition in FEEL: checked by the server while it is typed, fields at hand to put in.
import { ask, later, make } from "../server.js";

export function conditionControl(spec, value, put, { readonly, url, fields }) {
  const text = make("textarea", { class: "form-control panel-code", rows: 3, maxlength: 500, spellcheck: "false", disabled: readonly, "aria-label": spec.label, placeholder: 'form.days > 3 and form.kind = "SICK"' });
  text.value = value ?? "";
  const verdict = make("span", { class: "panel-verdict", role: "status" });
  const check = later(300, async () => {
    if (!text.value.trim()) return verdict.replaceChildren();
    const answer = await ask(url, { text: text.value });
    verdict.className = `panel-verdict ${answer?.ok && answer.sound ? "is-on" : "is-stop"}`;
    return verdict.replaceChildren(answer?.message ?? "没有检查成功");
  });
  text.addEventListener("input", check);
  text.addEventListener("change", () => put(text.value.trim()));
  if (text.value) check();
  return make("div", { class: "panel-field", "data-field": spec.name }, make("span", { class: "form-label" }, spec.label), text, verdict, readonly ? null : picker(text, fields), spec.help ? make("span", { class: "form-hint" }, spec.help) : null);
}

function picker(text, fields) {
  const options = fields.map(({ name, title }) => make("option", { value: `form.${name}` }, `${title}（form.${name}）`));
  const select = make("select", { class: "form-select form-select-sm", "aria-label": "插入字段" }, make("option", { value: "" }, "插入表单字段…"), ...options);
  select.addEventListener("change", () => {
    if (!select.value) return;
    text.setRangeText(select.value, text.selectionStart, text.selectionEnd, "end");
    select.value = "";
    text.dispatchEvent(new Event("input"));
    text.dispatchEvent(new Event("change"));
    text.focus();
  });
  return select;
}
