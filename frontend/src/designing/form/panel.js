// What can be said of the chosen field.
import { checkControl, checksControl, factRow, numberControl, section, selectControl, textControl } from "../controls.js";
import { conditionControl } from "../process/conditions.js";
import { make } from "../server.js";
import { WORDS } from "./conditions.js";
import { KINDS, kindOf } from "./kinds.js";
import { optionsControl } from "./options.js";

const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const TEXTS = ["text", "area"];
const NUMBERS = ["number", "integer", "money"];

export class FieldPanel {
  constructor(place, form, data, { changed }) {
    Object.assign(this, { place, form, data, changed, path: null });
  }

  show(path) {
    this.path = path && this.form.field(path) ? path : null;
    this.place.replaceChildren(...(this.path ? this.parts() : this.whole()).filter(Boolean));
  }

  get options() {
    return { readonly: this.data.readonly, url: this.data.urls.condition, fields: this.data.fields };
  }

  // A change of the schema: redraws list and preview, not this panel, unless asked.
  put(key) {
    return (value) => {
      this.form.set(this.path, key, value);
      this.changed(this.path);
    };
  }

  whole() {
    const title = textControl({ label: "表单名称", most: 60 }, this.form.schema.title, (value) => {
      this.form.change(() => {
        this.form.schema.title = value || "表单";
      });
      this.changed(null);
    }, this.options);
    return [make("p", { class: "quiet" }, "选一个字段，在这里写它的属性。按住字段可拖动，或用 Alt+↑↓ 调整次序。"), section("表单", title), section("附件", make("p", { class: "quiet" }, "要交的文件不是表单字段，在“材料”里写。"), make("a", { href: this.data.urls.materials }, "修改材料"))];
  }

  parts() {
    const schema = this.form.field(this.path);
    const kind = kindOf(schema);
    const head = make("h2", { class: "panel-title" }, KINDS[kind].title);
    if (schema.$ref) return [head, make("p", { class: "quiet" }, `引用 ${schema.$ref}，请在文本中修改。`)];
    return [head, section("", this.naming(schema), this.needs(kind)), section("限制", this.limits(schema, kind)), this.when(), section("填写与可见", this.access(schema, kind)), this.acts()];
  }

  naming(schema) {
    const taken = (text) => {
      if (!NAME.test(text)) return "用小写英文字母、数字和下划线，以字母开头";
      const others = this.path.length > 1 ? this.form.children(this.path.slice(0, -1)) : this.form.names();
      return text !== this.path.at(-1) && others.includes(text) ? "已有同名字段" : "";
    };
    const rename = (text) => {
      this.path = this.form.rename(this.path, text);
      this.changed(this.path);
    };
    return [
      textControl({ name: "title", label: "标题", needed: true, most: 60 }, schema.title, this.put("title"), this.options),
      textControl({ name: "name", label: "字段名", needed: true, most: 40, check: taken, help: "条件、文书和用例用它指这个字段" }, this.path.at(-1), rename, this.options),
      textControl({ name: "description", label: "提示", most: 300 }, schema.description, this.put("description"), { ...this.options, rows: 2 }),
    ];
  }

  needs(kind) {
    if (kind === "boolean") return [];
    const put = (wanted) => {
      this.form.require(this.path, wanted);
      this.changed(this.path);
    };
    return [checkControl({ name: "required", label: "必填" }, this.form.isRequired(this.path), put, this.options)];
  }

  limits(schema, kind) {
    const number = (name, label, more = {}) => numberControl({ name, label, ...more }, schema[name], this.put(name), this.options);
    const rows = [];
    if (TEXTS.includes(kind)) rows.push(number("maxLength", "最多字数", { min: 1, max: 4000, step: 1 }), number("minLength", "最少字数", { min: 0, max: 4000, step: 1 }), textControl({ name: "pattern", label: "式样", most: 200, help: "正则表达式，如 ^1[0-9]{10}$" }, schema.pattern, this.put("pattern"), this.options));
    if (NUMBERS.includes(kind)) rows.push(number("minimum", "最小值"), number("maximum", "最大值"), textControl({ name: "x-unit", label: "单位", most: 10 }, schema["x-unit"], this.put("x-unit"), this.options));
    if (kind === "number") rows.push(number("multipleOf", "步长", { min: 0.0001, max: 1e6 }));
    if (kind === "choice" || kind === "choices") rows.push(optionsControl(kind === "choice" ? schema : schema.items, (options) => this.putOptions(kind, options), this.data.readonly));
    if (kind === "code") rows.push(selectControl({ name: "x-codes", label: "代码表", needed: true, options: [["", "请选择…"], ...this.data.codes] }, schema["x-codes"], this.put("x-codes"), this.options));
    if (kind === "rows") rows.push(number("maxItems", "最多几行", { min: 1, max: 200, step: 1 }), number("minItems", "最少几行", { min: 0, max: 200, step: 1 }));
    if (TEXTS.includes(kind) || kind === "choice") rows.push(selectControl({ name: "x-widget", label: "样子", options: kind === "choice" ? [["select", "下拉"], ["radio", "平铺"]] : [["", "一行"], ["textarea", "多行"]] }, schema["x-widget"] ?? "", this.put("x-widget"), this.options));
    return rows;
  }

  putOptions(kind, options) {
    this.form.change(() => {
      const schema = this.form.field(this.path);
      (kind === "choice" ? schema : schema.items).oneOf = options;
    });
    this.changed(this.path);
  }

  when() {
    if (this.path.length > 1) return null;
    const now = this.form.condition(this.path[0]);
    if (now?.custom) return section("什么时候显示", factRow("条件", "自定义条件，请在文本中修改"));
    const others = this.form.names().filter((name) => name !== this.path[0] && ["choice", "boolean", "number", "integer", "code"].includes(kindOf(this.form.field([name]))));
    const options = [["", "总是显示"], ...others.map((name) => [name, `“${this.form.field([name]).title}”`])];
    const put = (condition) => {
      this.form.setCondition(this.path[0], condition);
      this.changed(this.path);
      this.show(this.path);
    };
    const choose = (name) => put(name ? { field: name, test: "is", value: this.usual(name) } : null);
    const rows = [selectControl({ name: "when", label: "取决于", options }, now?.field ?? "", choose, this.options)];
    if (now) rows.push(...this.test(now, put));
    return section("什么时候显示", rows);
  }

  usual(name) {
    const schema = this.form.field([name]);
    if (schema.type === "boolean") return true;
    if (schema.oneOf?.length) return schema.oneOf[0].const;
    return schema.type === "string" ? "" : 0;
  }

  test(now, put) {
    const schema = this.form.field([now.field]);
    if (!schema) return [factRow("字段", `${now.field} 已不在表单里`)];
    if (schema.type === "boolean") return [selectControl({ name: "value", label: "是", options: [["true", "是"], ["false", "否"]] }, String(now.value), (value) => put({ ...now, value: value === "true" }), this.options)];
    if (schema.oneOf) return [selectControl({ name: "value", label: "是", options: schema.oneOf.map((one) => [String(one.const), one.title]) }, String(now.value), (value) => put({ ...now, value: schema.oneOf.find((one) => String(one.const) === value).const }), this.options)];
    if (schema.type === "string") return [textControl({ name: "value", label: "是代码", most: 40 }, now.value, (value) => put({ ...now, value }), this.options)];
    return [selectControl({ name: "test", label: "比较", options: Object.entries(WORDS) }, now.test, (test) => put({ ...now, test }), this.options), numberControl({ name: "value", label: "数值" }, now.value, (value) => put({ ...now, value: value ?? 0 }), this.options)];
  }

  access(schema, kind) {
    const nodes = this.data.nodes;
    const rows = [];
    if (!["group", "rows"].includes(kind)) {
      rows.push(selectControl({ name: "x-prefill", label: "预先填好", options: [["", "不预填"], ...this.data.prefills] }, schema["x-prefill"] ?? "", this.put("x-prefill"), this.options));
      rows.push(checkControl({ name: "readOnly", label: "只读（不能改）" }, schema.readOnly, this.put("readOnly"), this.options));
      rows.push(selectControl({ name: "x-personal", label: "个人信息", options: [["", "不是"], ["name", "姓名"], ["id", "证件号"], ["phone", "电话"], ["account", "账号"], ["address", "地址"]], help: "页面上脱敏，日志里不留原文" }, schema["x-personal"] ?? "", this.put("x-personal"), this.options));
      if (["number", "integer", "money"].includes(kind)) rows.push(conditionControl({ name: "x-compute", label: "自动计算", help: "如 sum(form.items.amount)；填了就不能手填" }, schema["x-compute"] ?? "", this.put("x-compute"), this.options));
    }
    rows.push(selectControl({ name: "x-label", label: "数据标签", options: [["", "随事项"], ["PUBLIC", "公开"], ["INTERNAL", "内部"], ["SENSITIVE", "敏感"], ["IMPORTANT", "重要"]] }, schema["x-label"] ?? "", this.put("x-label"), this.options));
    rows.push(checksControl({ name: "x-edit", label: "在哪些环节填写", options: nodes, help: "都不选即只在填报时填写" }, schema["x-edit"] ?? [], this.put("x-edit"), this.options));
    rows.push(checksControl({ name: "x-see", label: "在哪些环节看得见", options: nodes, help: "都不选即处处看得见" }, schema["x-see"] ?? [], this.put("x-see"), this.options));
    return rows;
  }

  acts() {
    if (this.data.readonly) return null;
    const act = (title, change, path) => make("button", { type: "button", class: "btn btn-sm", onclick: () => {
      change();
      this.changed(path);
      this.show(path);
    } }, title);
    return make("div", { class: "panel-section panel-acts" }, act("上移", () => this.form.nudge(this.path, -1), this.path), act("下移", () => this.form.nudge(this.path, 1), this.path), act("删除字段", () => this.form.remove(this.path), null));
  }
}
