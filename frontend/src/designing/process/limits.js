// Only what the engine understands can be drawn: palette, context pad and replace menu are cut down to it.

const KINDS = new Set(
  [
    "user-task", "service-task", "rule-task", "call-activity", "subprocess", "expanded-subprocess", "exclusive-gateway",
    "parallel-gateway", "inclusive-gateway", "none-end", "terminate-end", "timer-boundary",
    "non-interrupting-timer-boundary", "error-boundary", "sequence-flow", "default-flow", "conditional-flow",
  ].map((kind) => `replace-with-${kind}`),
);
const PAD = new Set([
  "append.end-event", "append.text-annotation", "connect", "replace", "delete", "lane-insert-above", "lane-insert-below",
  "lane-divide-two", "lane-divide-three", "align-elements", "distribute-elements",
]);
const DRAWN = new Set([
  "bpmn:StartEvent", "bpmn:EndEvent", "bpmn:UserTask", "bpmn:ServiceTask", "bpmn:BusinessRuleTask", "bpmn:CallActivity",
  "bpmn:SubProcess", "bpmn:ExclusiveGateway", "bpmn:ParallelGateway", "bpmn:InclusiveGateway", "bpmn:BoundaryEvent",
  "bpmn:IntermediateCatchEvent", "bpmn:SequenceFlow", "bpmn:Lane", "bpmn:Participant", "bpmn:TextAnnotation",
  "bpmn:Association", "label",
]);

class Palette {
  static $inject = ["palette", "create", "elementFactory", "handTool", "lassoTool", "spaceTool", "globalConnect"];

  constructor(palette, create, elementFactory, handTool, lassoTool, spaceTool, globalConnect) {
    Object.assign(this, { create, elementFactory, handTool, lassoTool, spaceTool, globalConnect });
    palette.registerProvider(this);
  }

  getPaletteEntries() {
    const tool = (icon, title, click) => ({ group: "tools", className: `bpmn-icon-${icon}`, title, action: { click } });
    const line = (group) => ({ group, separator: true });
    return {
      "hand-tool": tool("hand-tool", "移动画布（H）", (event) => this.handTool.activateHand(event)),
      "lasso-tool": tool("lasso-tool", "框选（L）", (event) => this.lassoTool.activateSelection(event)),
      "space-tool": tool("space-tool", "插入或收回空间（S）", (event) => this.spaceTool.activateSelection(event)),
      "global-connect-tool": tool("connection-multi", "连线（C）", (event) => this.globalConnect.start(event)),
      "tools-end": line("tools"),
      "create.user-task": this.shape("task", "user-task", "人工环节", { type: "bpmn:UserTask" }),
      "create.service-task": this.shape("task", "service-task", "自动任务", { type: "bpmn:ServiceTask" }),
      "create.rule-task": this.shape("task", "business-rule-task", "决策", { type: "bpmn:BusinessRuleTask" }),
      "create.call": this.shape("task", "call-activity", "调用流程", { type: "bpmn:CallActivity" }),
      "create.subprocess": { ...this.shape("task", "subprocess-expanded", "子流程"), action: this.subprocess() },
      "task-end": line("task"),
      "create.exclusive": this.shape("gateway", "gateway-xor", "排他网关（只走一条）", { type: "bpmn:ExclusiveGateway" }),
      "create.parallel": this.shape("gateway", "gateway-parallel", "并行网关（全部同时走）", { type: "bpmn:ParallelGateway" }),
      "create.inclusive": this.shape("gateway", "gateway-or", "包容网关（满足条件的都走）", { type: "bpmn:InclusiveGateway" }),
      "gateway-end": line("gateway"),
      "create.start": this.shape("event", "start-event-none", "开始", { type: "bpmn:StartEvent" }),
      "create.timer": this.shape("event", "intermediate-event-catch-timer", "定时等待；拖到环节边上即为到期", {
        type: "bpmn:IntermediateCatchEvent", eventDefinitionType: "bpmn:TimerEventDefinition",
      }),
      "create.end": this.shape("event", "end-event-none", "结束", { type: "bpmn:EndEvent" }),
    };
  }

  shape(group, icon, title, options) {
    const start = (event) => this.create.start(event, this.elementFactory.createShape(options));
    return { group, className: `bpmn-icon-${icon}`, title, action: { dragstart: start, click: start } };
  }

  subprocess() {
    const start = (event) => {
      const outer = this.elementFactory.createShape({ type: "bpmn:SubProcess", x: 0, y: 0, isExpanded: true });
      const inner = this.elementFactory.createShape({ type: "bpmn:StartEvent", x: 40, y: 82, parent: outer });
      this.create.start(event, [outer, inner], { hints: { autoSelect: [outer] } });
    };
    return { dragstart: start, click: start };
  }
}

class Pad {
  static $inject = ["contextPad", "create", "elementFactory", "autoPlace"];

  constructor(contextPad, create, elementFactory, autoPlace) {
    Object.assign(this, { create, elementFactory, autoPlace });
    // Below the usual 1000: asked after it, so that there is something to cut down.
    contextPad.registerProvider(500, this);
  }

  getContextPadEntries() {
    return (entries) => {
      const kept = Object.fromEntries(Object.entries(entries).filter(([key]) => PAD.has(key)));
      if (!entries["append.append-task"]) return kept;
      return {
        "append.user-task": this.append("bpmn-icon-user-task", "接人工环节", "bpmn:UserTask"),
        "append.exclusive": this.append("bpmn-icon-gateway-xor", "接排他网关", "bpmn:ExclusiveGateway"),
        "append.service-task": this.append("bpmn-icon-service-task", "接自动任务", "bpmn:ServiceTask"),
        ...kept,
      };
    };
  }

  append(className, title, type) {
    const shape = () => this.elementFactory.createShape({ type });
    return {
      group: "model", className, title,
      action: {
        click: (event, element) => this.autoPlace.append(element, shape()),
        dragstart: (event, element) => this.create.start(event, shape(), { source: element }),
      },
    };
  }

  getMultiElementContextPadEntries() {
    return (entries) => entries;
  }
}

class Replacing {
  static $inject = ["popupMenu"];

  constructor(popupMenu) {
    popupMenu.registerProvider("bpmn-replace", 500, this);
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => KINDS.has(key)));
  }

  getPopupMenuHeaderEntries() {
    // Several people are a matter of the panel (会签), not of loop markers.
    return () => ({});
  }
}

class Refusing {
  static $inject = ["eventBus"];

  constructor(eventBus) {
    // Whatever way something foreign would come in by, e.g. pasted from another drawing.
    eventBus.on(["commandStack.shape.create.canExecute", "commandStack.elements.create.canExecute"], 2000, (event) => {
      const shapes = event.context.elements ?? [event.context.shape];
      if (shapes.some((shape) => shape && !DRAWN.has(shape.type) && shape.type !== "bpmn:IntermediateThrowEvent")) return false;
      return undefined;
    });
  }
}

export const limits = {
  __init__: ["paletteProvider", "yihuPad", "yihuReplacing", "yihuRefusing"],
  paletteProvider: ["type", Palette],
  yihuPad: ["type", Pad],
  yihuReplacing: ["type", Replacing],
  yihuRefusing: ["type", Refusing],
};
