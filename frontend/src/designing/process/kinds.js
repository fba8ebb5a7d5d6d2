// What an element is called.
const NAMES = {
  StartEvent: "开始", EndEvent: "结束", UserTask: "人工环节", ServiceTask: "自动任务", BusinessRuleTask: "决策",
  CallActivity: "调用流程", SubProcess: "子流程", ExclusiveGateway: "排他网关", ParallelGateway: "并行网关",
  InclusiveGateway: "包容网关", BoundaryEvent: "到期或出错", IntermediateCatchEvent: "定时等待", SequenceFlow: "连线",
  Lane: "泳道", Participant: "泳池", TextAnnotation: "注释", Association: "注释连线", Process: "流程",
  Collaboration: "流程",
};

export const kindOf = (element) => NAMES[element.businessObject.$type.replace("bpmn:", "")] ?? "不支持的元素";

export const nameOf = (element) => (element ? `${kindOf(element)}“${element.businessObject.name || element.businessObject.id}”` : "");
