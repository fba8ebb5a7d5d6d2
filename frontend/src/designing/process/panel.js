// What can be said of the chosen element. Each change is one command of the modeler, so it can be undone.
import { checkControl, checksControl, factRow, numberControl, section, selectControl, textControl } from "../controls.js";
import { make } from "../server.js";
import { conditionControl } from "./conditions.js";
import { durationControl } from "./durations.js";
import { kindOf } from "./kinds.js";

const IDENTITY = /^[A-Za-z_][A-Za-z0-9_-]{0,59}$/;
const words = (text) => (text ?? "").split(/[\s,]+/).filter(Boolean);

export class Panel {
  constructor(place, modeler, data) {
    Object.assign(this, { place, modeler, data, element: null });
    this.modeling = modeler.get("modeling");
    modeler.on("selection.changed", ({ newSelection }) => this.show(newSelection.length === 1 ? newSelection[0] : null));
    modeler.on("element.changed", ({ element }) => {
      // Typing in the panel itself must not take the field away under the cursor.
      if (element === this.element && !this.place.contains(document.activeElement)) this.show(element);
    });
    this.show(null);
  }

  show(element) {
    this.element = element?.labelTarget ?? element;
    const target = this.element;
    this.place.replaceChildren(...(target ? this.partsOf(target) : this.whole()).filter(Boolean));
  }

  get options() {
    return { readonly: this.data.readonly, url: this.data.urls.condition, fields: this.data.fields };
  }

  whole() {
    const lanes = Object.entries(this.data.roles);
    return [
      make("p", { class: "quiet" }, "点图上的节点、连线或泳道，在这里写它怎么办理。"),
      section("谁来办理", lanes.map(([lane, told]) => factRow(lane, told)), lanes.length ? null : make("p", { class: "quiet" }, "还没有办理角色。"), make("a", { href: this.data.urls.roles }, "在“办理角色”里修改")),
    ];
  }

  partsOf(element) {
    const bo = element.businessObject;
    const kind = bo.$type.replace("bpmn:", "");
    const parts = [make("h2", { class: "panel-title" }, kindOf(element)), section("", this.naming(element, bo))];
    const own = { UserTask: "task", ServiceTask: "service", BusinessRuleTask: "rule", CallActivity: "called", SequenceFlow: "flow", Lane: "lane", EndEvent: "end" }[kind];
    if (own) parts.push(...this[own](element, bo));
    else if (bo.eventDefinitions?.some((one) => one.$type === "bpmn:TimerEventDefinition")) parts.push(...this.timer(element, bo));
    return parts;
  }

  naming(element, bo) {
    const put = (name) => (value) => this.set(element, { [name]: value || undefined });
    const rename = (value) => {
      if (value !== bo.id) this.set(element, { id: value });
    };
    const taken = (text) => {
      if (!IDENTITY.test(text)) return "只用字母、数字、下划线和连字符，以字母开头";
      return text !== bo.id && this.modeler.get("elementRegistry").get(text) ? "图上已有这个编号" : "";
    };
    const named = !/Gateway|SequenceFlow/.test(bo.$type) ? "名称" : "名称（显示在图上）";
    const rows = [textControl({ name: "name", label: named, most: 60 }, bo.name, put("name"), this.options)];
    if (bo.$type !== "bpmn:SequenceFlow") {
      const help = bo.id === "Apply" ? "填报环节的编号固定为 Apply，退回申请人时回到这里" : "用例、文书、表单按这个编号找到它";
      rows.push(textControl({ name: "id", label: "编号", most: 60, check: taken, help }, bo.id, rename, { readonly: this.data.readonly || bo.id === "Apply" }));
    }
    return rows;
  }

  own(element, control, spec, { read = (text) => text, write = (value) => value } = {}) {
    const name = `yihu:${spec.name}`;
    return control(spec, read(element.businessObject.get(name) ?? ""), (value) => this.set(element, { [name]: write(value) || undefined }), this.options);
  }

  task(element, bo) {
    const { choices } = this.data;
    const lane = this.laneOf(element);
    const mode = bo.get("yihu:mode") || "any";
    const again = (value) => {
      this.set(element, { "yihu:mode": value === "any" ? undefined : value, "yihu:percent": value === "percent" ? bo.get("yihu:percent") || "60" : undefined });
      this.show(element);
    };
    const list = { read: words, write: (values) => values.join(" ") };
    const verbs = { read: (text) => (text ? words(text) : choices.usual), write: (values) => (values.length === choices.usual.length && choices.usual.every((one) => values.includes(one)) ? "" : values.join(" ")) };
    const yes = { read: (text) => text === "true", write: (value) => (value ? "true" : "") };
    return [
      section("谁来办理", factRow("泳道", lane ?? "没有放进泳道"), lane ? factRow("规则", this.data.roles[lane] ?? "还没有写办理人") : null,
        this.own(element, textControl, { name: "candidates", label: "另定办理人", help: "一般留空，按泳道的角色办理；填另一角色名可改由该角色办理", most: 300 }),
        selectControl({ name: "mode", label: "多人怎样办", options: choices.modes }, mode, again, this.options),
        mode === "percent" ? this.own(element, numberControl, { name: "percent", label: "同意比例（%）", min: 1, max: 100, step: 1 }, { read: Number, write: (value) => (value ? String(Math.trunc(value)) : "") }) : null,
        this.own(element, selectControl, { name: "empty", label: "找不到办理人时", options: choices.empty }, { read: (text) => text || "admin", write: (value) => (value === "admin" ? "" : value) }),
        this.own(element, selectControl, { name: "sameperson", label: "办理人就是申请人时", options: choices.same }, { read: (text) => text || "superior", write: (value) => (value === "superior" ? "" : value) })),
      section("期限", this.own(element, durationControl, { name: "due", label: "办理期限" }),
        this.own(element, selectControl, { name: "timeout", label: "超过期限", options: choices.timeout }, { read: (text) => text || "remind", write: (value) => (value === "remind" ? "" : value) })),
      section("能做什么", this.own(element, checksControl, { name: "verbs", label: "可用操作", options: choices.verbs, fixed: ["agree"] }, verbs),
        this.own(element, checksControl, { name: "fields", label: "可填写的字段", options: this.data.fields.filter((one) => !one.name.includes(".")).map(({ name, title }) => [name, title]), help: "字段自己也要写明在本环节可填（表单设计 → 在哪些环节填写）" }, list),
        this.own(element, checkControl, { name: "lowrisk", label: "低风险，可批量或短信办理", help: "事项的“低风险”也须打开" }, yes),
        this.own(element, selectControl, { name: "amount", label: "所审批的金额", options: [["", "没有"], ...this.data.fields.filter((one) => one.numeric).map(({ name, title }) => [name, title])], help: "短信审批以此金额为限；没有填写金额时须打开办理" })),
    ];
  }

  service(element) {
    const options = [["", "请选择…"], ...this.data.handlers];
    return [section("执行什么", this.own(element, selectControl, { name: "handler", label: "处理程序", options, needed: true, help: "只能用系统登记过的处理程序，不能写脚本" }))];
  }

  rule(element) {
    const options = [["", "请选择…"], ...this.data.decisions];
    return [section("按什么决定", this.own(element, selectControl, { name: "decision", label: "决策表", options, needed: true, help: "本事项的 .dmn 文件，或规则中心发布的决策表" }))];
  }

  called(element) {
    const options = [["", "请选择…"], ...this.data.processes];
    return [section("调用", this.own(element, selectControl, { name: "process", label: "流程", options, needed: true }))];
  }

  end(element) {
    const options = [["", "按办结计"], ["completed", "办结"], ["refused", "不同意"]];
    return [section("结果", this.own(element, selectControl, { name: "result", label: "流程的结论", options }), make("p", { class: "quiet" }, "结果的名称在“结果”里写，按编号对应。"))];
  }

  lane(element, bo) {
    return [section("角色", factRow("办理人", this.data.roles[bo.name] ?? "还没有写办理人"), make("a", { href: this.data.urls.roles }, "在“办理角色”里修改"))];
  }

  flow(element, bo) {
    const source = bo.sourceRef;
    if (!/(Exclusive|Inclusive)Gateway/.test(source?.$type ?? "")) return [make("p", { class: "quiet" }, "只有排他网关和包容网关的出线写条件。")];
    const isDefault = source.default === bo;
    const from = this.modeler.get("elementRegistry").get(source.id);
    const choose = (value) => {
      this.modeling.updateProperties(from, { default: value ? bo : undefined });
      if (value) this.set(element, { conditionExpression: undefined });
      this.show(element);
    };
    const put = (text) => this.set(element, { conditionExpression: text ? this.modeler.get("bpmnFactory").create("bpmn:FormalExpression", { body: text }) : undefined });
    return [section("什么时候走这条线", checkControl({ name: "default", label: "默认去向（其余条件都不满足时）" }, isDefault, choose, this.options),
      isDefault ? null : conditionControl({ name: "condition", label: "条件", help: "写 FEEL：比较、and、or、not；选项写代码，如 form.kind = \"SICK\"" }, bo.conditionExpression?.body, put, this.options))];
  }

  timer(element, bo) {
    const definition = bo.eventDefinitions[0];
    const put = (text) => this.modeling.updateModdleProperties(element, definition, { timeDate: undefined, timeDuration: text ? this.modeler.get("bpmnFactory").create("bpmn:FormalExpression", { body: text }) : undefined });
    return [section("等多久", definition.timeDate ? factRow("到", definition.timeDate.body) : null, durationControl({ name: "duration", label: "时长" }, definition.timeDuration?.body ?? "", put, this.options))];
  }

  laneOf(element) {
    const lanes = this.modeler.get("elementRegistry").filter(({ businessObject: bo }) => bo?.$type === "bpmn:Lane");
    return lanes.find(({ businessObject: bo }) => bo.flowNodeRef?.includes(element.businessObject))?.businessObject.name;
  }

  set(element, properties) {
    if (!this.data.readonly) this.modeling.updateProperties(element, properties);
  }
}
