"""What a process says, apart from where it is drawn: nodes and flows with everything that can be said of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from yihu.hub.centres.matters.catalogue.process import BPMN, OWN

KINDS = {
    "startEvent": "开始", "endEvent": "结束", "userTask": "人工环节", "serviceTask": "自动任务",
    "businessRuleTask": "决策", "callActivity": "调用流程", "subProcess": "子流程", "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关", "inclusiveGateway": "包容网关", "boundaryEvent": "到期或出错",
    "intermediateCatchEvent": "定时等待", "sequenceFlow": "连线", "lane": "泳道",
}  # fmt: skip
# What is said of a node, in the order in which it is told.
SAID = {
    "name": "名称", "lane": "泳道", "mode": "多人怎样办", "percent": "同意比例", "candidates": "另定办理人",
    "empty": "找不到办理人时", "sameperson": "办理人就是申请人时", "due": "办理期限", "timeout": "超过期限",
    "verbs": "可用操作", "fields": "可填写的字段", "lowrisk": "低风险", "amount": "所审批的金额",
    "handler": "处理程序", "decision": "决策表",
    "process": "调用的流程", "result": "流程的结论", "sourceRef": "起点", "targetRef": "终点", "condition": "条件",
    "default": "默认去向", "attachedToRef": "附在", "cancelActivity": "打断原环节", "timer": "时长",
}  # fmt: skip
PLAIN = ("name", "sourceRef", "targetRef", "default", "attachedToRef", "cancelActivity")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One element: `said` by the keys of `SAID`, only what is there."""

    id: str
    kind: str
    said: Mapping[str, str]

    @property
    def title(self) -> str:
        if self.kind == "sequenceFlow" and not self.said.get("name"):
            return f"连线 {self.said.get('sourceRef', '')} → {self.said.get('targetRef', '')}"
        return f"{KINDS[self.kind]}“{self.said.get('name') or self.id}”"


def read_drawn(xml: str) -> dict[str, Drawn]:
    """Every element by its id; nothing of what cannot be read (that is told elsewhere)."""
    try:
        root = ElementTree.fromstring(xml.encode(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return {}
    lanes = dict(_lanes(root))
    found = {one.id: one for one in _elements(root, lanes)}
    return {key: _with_names(one, found) for key, one in found.items()}


def _with_names(one: Drawn, found: Mapping[str, Drawn]) -> Drawn:
    """What an element refers to, by name: nobody knows a node by its id."""
    said = dict(one.said)
    for key in ("sourceRef", "targetRef", "attachedToRef"):
        if said.get(key) in found:
            said[key] = found[said[key]].title
    if said.get("default") in found:
        said["default"] = _with_names(found[said["default"]], found).title
    return Drawn(one.id, one.kind, said)


def _lanes(root: Any) -> Iterator[tuple[str, str]]:
    for lane in root.iter(f"{BPMN}lane"):
        for reference in lane.findall(f"{BPMN}flowNodeRef"):
            yield (reference.text or "").strip(), lane.get("name", "")


def _elements(root: Any, lanes: Mapping[str, str]) -> Iterator[Drawn]:
    for element in root.iter():
        if not isinstance(element.tag, str) or not element.tag.startswith(BPMN):
            continue
        kind, identity = element.tag.removeprefix(BPMN), element.get("id", "")
        if kind not in KINDS or not identity:
            continue
        said = {key: element.get(key, "") for key in PLAIN}
        said |= {name.removeprefix(OWN): value for name, value in element.attrib.items() if name.startswith(OWN)}
        said |= {"lane": lanes.get(identity, ""), "condition": _text(element, "conditionExpression")}
        said["timer"] = _text(element, "timerEventDefinition/{BPMN}timeDuration") or _text(
            element, "timerEventDefinition/{BPMN}timeDate"
        )
        yield Drawn(identity, kind, {key: value for key, value in said.items() if value})


def _text(element: Any, path: str) -> str:
    found = element.find(BPMN + path.replace("{BPMN}", BPMN))
    return (found.text or "").strip() if found is not None else ""
