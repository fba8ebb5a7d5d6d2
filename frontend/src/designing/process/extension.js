// The house's own attributes, so that bpmn-moddle reads and writes them instead of keeping them aside.
const text = (name) => ({ name, isAttr: true, type: "String" });
const on = (name, element, ...attributes) => ({ name, extends: [element], properties: attributes.map(text) });

export const yihu = {
  name: "Yihu",
  uri: "https://yihu.dev/bpmn/1",
  prefix: "yihu",
  xml: { tagAlias: "lowerCase" },
  types: [
    on("Handling", "bpmn:UserTask", "mode", "percent", "candidates", "empty", "sameperson", "due", "timeout", "verbs", "fields", "lowrisk", "amount"),
    on("Handler", "bpmn:ServiceTask", "handler"),
    on("Decision", "bpmn:BusinessRuleTask", "decision"),
    on("Called", "bpmn:CallActivity", "process"),
    on("Result", "bpmn:EndEvent", "result"),
  ],
};
