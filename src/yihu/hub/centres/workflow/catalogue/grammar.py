"""Which XML a process may be made of. What is not named here is refused: no scripts, no listeners, no foreign parts."""

from collections.abc import Mapping

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
YIHU = "https://yihu.dev/bpmn/1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DRAWING = frozenset({
    "http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524/DC",
    "http://www.omg.org/spec/DD/20100524/DI",
})  # fmt: skip
COLOURS = frozenset({
    "http://bpmn.io/schema/bpmn/biocolor/1.0", "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
})  # fmt: skip

MAX_BYTES = 512 * 1024
MAX_ELEMENTS = 6_000
MAX_NODES = 300
MAX_DEPTH = 30
MAX_TEXT = 2_000

_NAMED = frozenset({"id", "name"})
# BPMN elements with the attributes they may bear without a namespace.
ELEMENTS: Mapping[str, frozenset[str]] = {
    "definitions": _NAMED | {"targetNamespace", "exporter", "exporterVersion", "expressionLanguage", "typeLanguage"},
    "collaboration": _NAMED | {"isClosed"},
    "participant": _NAMED | {"processRef"},
    "process": _NAMED | {"isExecutable", "isClosed", "processType"},
    "laneSet": _NAMED,
    "lane": _NAMED,
    "flowNodeRef": frozenset(),
    "startEvent": _NAMED | {"isInterrupting"},
    "endEvent": _NAMED,
    "terminateEventDefinition": frozenset({"id"}),
    "userTask": _NAMED | {"default"},
    "serviceTask": _NAMED | {"default"},
    "businessRuleTask": _NAMED | {"default"},
    "callActivity": _NAMED | {"default", "calledElement"},
    "subProcess": _NAMED | {"default", "triggeredByEvent"},
    "exclusiveGateway": _NAMED | {"default", "gatewayDirection"},
    "parallelGateway": _NAMED | {"gatewayDirection"},
    "inclusiveGateway": _NAMED | {"default", "gatewayDirection"},
    "boundaryEvent": _NAMED | {"attachedToRef", "cancelActivity"},
    "intermediateCatchEvent": _NAMED,
    "timerEventDefinition": frozenset({"id"}),
    "timeDuration": frozenset({"id"}),
    "timeDate": frozenset({"id"}),
    "errorEventDefinition": frozenset({"id", "errorRef"}),
    "error": _NAMED | {"errorCode"},
    "sequenceFlow": _NAMED | {"sourceRef", "targetRef"},
    "conditionExpression": frozenset({"id", "language"}),
    "incoming": frozenset(),
    "outgoing": frozenset(),
    "documentation": frozenset({"id", "textFormat"}),
    "extensionElements": frozenset(),
    "textAnnotation": frozenset({"id", "textFormat"}),
    "text": frozenset(),
    "association": frozenset({"id", "sourceRef", "targetRef", "associationDirection"}),
}
# Attributes of the house's own namespace.
EXTENSIONS: Mapping[str, frozenset[str]] = {
    "userTask": frozenset({
        "mode", "percent", "candidates", "empty", "sameperson", "due", "timeout", "verbs", "fields", "lowrisk",
        "amount",
    }),
    "serviceTask": frozenset({"handler"}),
    "businessRuleTask": frozenset({"decision"}),
    "callActivity": frozenset({"process"}),
    "endEvent": frozenset({"result"}),
}  # fmt: skip
HINTS = {
    "scriptTask": "流程里不能写脚本，请改用自动任务（serviceTask）并填登记过的处理程序",
    "script": "流程里不能写脚本",
    "task": "请改为人工环节（userTask）或自动任务（serviceTask）",
    "manualTask": "请改为人工环节（userTask）",
    "multiInstanceLoopCharacteristics": "多人办理请在人工环节上用 yihu:mode（all、any、percent、sequence）",
    "standardLoopCharacteristics": "循环请用网关连线",
    "messageFlow": "请用调用流程或处理程序",
    "sendTask": "请改为自动任务（serviceTask）",
    "receiveTask": "请改为人工环节（userTask）",
    "dataObject": "表单数据由事项定义，请删去",
    "dataObjectReference": "表单数据由事项定义，请删去",
    "compensateEventDefinition": "不支持补偿",
    "messageEventDefinition": "不支持消息事件",
    "signalEventDefinition": "不支持信号事件",
    "timeCycle": "定时只支持期限（timeDuration）和日期（timeDate）",
}


def split_name(tag: str) -> tuple[str, str]:
    """`{namespace}local` as its two parts."""
    if tag.startswith("{"):
        namespace, _, local = tag[1:].partition("}")
        return namespace, local
    return "", tag
