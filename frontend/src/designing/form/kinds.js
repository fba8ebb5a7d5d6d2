// Kinds of fields: what the palette offers, what a new one begins with, and which kind a schema is.
const string = (more) => ({ type: "string", ...more });
const options = () => [{ const: "A", title: "选项一" }, { const: "B", title: "选项二" }];

export const KINDS = {
  text: { title: "文字", icon: "letter-case", begin: () => string({ maxLength: 100 }) },
  area: { title: "长文字", icon: "align-left", begin: () => string({ maxLength: 1000, "x-widget": "textarea" }) },
  number: { title: "数字", icon: "123", begin: () => ({ type: "number", minimum: 0 }) },
  integer: { title: "整数", icon: "hash", begin: () => ({ type: "integer", minimum: 0 }) },
  money: { title: "金额", icon: "coin-yuan", begin: () => string({ "x-money": true }) },
  date: { title: "日期", icon: "calendar", begin: () => string({ format: "date" }) },
  datetime: { title: "日期时间", icon: "calendar-clock", begin: () => string({ format: "date-time" }) },
  boolean: { title: "是否", icon: "toggle-left", begin: () => ({ type: "boolean", default: false }) },
  choice: { title: "单选", icon: "circle-dot", begin: () => string({ "x-widget": "select", oneOf: options() }) },
  choices: { title: "多选", icon: "checkbox", begin: () => ({ type: "array", maxItems: 20, uniqueItems: true, items: string({ oneOf: options() }) }) },
  code: { title: "代码表", icon: "list-tree", begin: () => string({ "x-codes": "" }) },
  person: { title: "人员", icon: "user", begin: () => string({ "x-person": true }) },
  office: { title: "机关", icon: "building", begin: () => string({ "x-office": true }) },
  taxpayer: { title: "纳税人", icon: "id", begin: () => string({ "x-taxpayer": true }) },
  group: { title: "字段组", icon: "section", begin: () => ({ type: "object", additionalProperties: false, properties: {} }) },
  rows: { title: "重复组", icon: "table-plus", begin: () => ({ type: "array", maxItems: 10, items: { type: "object", additionalProperties: false, properties: {} } }) },
  email: { title: "电子邮件", icon: "mail", begin: () => string({ format: "email" }) },
  time: { title: "时刻", icon: "clock", begin: () => string({ format: "time" }) },
};
// What stands in the palette, in this order.
export const OFFERED = ["text", "area", "number", "integer", "money", "date", "datetime", "boolean", "choice", "choices", "code", "person", "office", "taxpayer", "group", "rows"];
const PICKED = { "x-person": "person", "x-office": "office", "x-taxpayer": "taxpayer", "x-money": "money", "x-codes": "code" };
const FORMATS = { date: "date", time: "time", "date-time": "datetime", email: "email" };

export function kindOf(schema) {
  if (schema.type === "object") return "group";
  if (schema.type === "array") return schema.items && ("oneOf" in schema.items || "enum" in schema.items) ? "choices" : "rows";
  for (const [key, kind] of Object.entries(PICKED)) if (key in schema && schema[key] !== false) return kind;
  if ("oneOf" in schema || "enum" in schema) return "choice";
  if (["integer", "number", "boolean"].includes(schema.type)) return schema.type;
  if (schema.format in FORMATS) return FORMATS[schema.format];
  return schema["x-widget"] === "textarea" ? "area" : "text";
}
