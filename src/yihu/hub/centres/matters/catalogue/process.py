"""What a bundle's other files must agree with in `process.bpmn`: its nodes, lanes, ends, handlers and decisions.

The process itself is examined by the workflow centre; here it is only read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from yihu.hub.centres.matters.catalogue.problems import Problem

FILE = "process.bpmn"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OWN = "{https://yihu.dev/bpmn/1}"
TASKS = {"userTask", "serviceTask", "businessRuleTask", "manualTask"}


@dataclass(frozen=True, slots=True)
class Outline:
    """
    `names` by node. `steps` are where people act: the start event, at which the applicant fills in the form and to
    which it is returned, and the user tasks.
    """

    starts: tuple[str, ...] = ()
    user_tasks: tuple[str, ...] = ()
    service_tasks: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    low_risk: tuple[str, ...] = ()
    amounts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lane_of: dict[str, str] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[str, ...]:
        return (*self.starts, *self.user_tasks)

    @property
    def nodes(self) -> frozenset[str]:
        return frozenset(self.names)


def read_outline(xml: str) -> tuple[Outline, list[Problem]]:
    """The outline; empty with the problem when the file is no BPMN or tries to reach outside."""
    try:
        root = ElementTree.fromstring(xml.encode(), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        return Outline(), [Problem("MTR-P01", FILE, "", f"不是可用的 XML（{type(error).__name__}）")]
    found = list(_walk(root, 0))
    processes = [e for e in found if e.tag == f"{BPMN}process"]
    if len(processes) != 1:
        return Outline(), [Problem("MTR-P01", FILE, "", "应恰有一个 process")]
    return _outline(found, processes[0]), []


def _walk(element: Any, depth: int) -> Iterator[Any]:
    if depth < 30:
        yield element
        for child in element:
            yield from _walk(child, depth + 1)


def _outline(found: list[Any], process: Any) -> Outline:
    def of(*kinds: str) -> list[Any]:
        return [e for e in found if e.tag in {BPMN + kind for kind in kinds}]

    def ids(*kinds: str) -> tuple[str, ...]:
        return tuple(e.get("id", "") for e in of(*kinds))

    def own(kind: str, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(e.get(OWN + name) for e in of(kind) if e.get(OWN + name)))

    lanes = [e for e in of("lane") if e.find(f"{BPMN}childLaneSet") is None]
    return Outline(
        starts=tuple(e.get("id", "") for e in process.findall(f"{BPMN}startEvent")),
        user_tasks=ids("userTask"),
        service_tasks=ids("serviceTask"),
        ends=_ends(process),
        lanes=tuple(dict.fromkeys(e.get("name", "") for e in lanes)),
        handlers=own("serviceTask", "handler"),
        decisions=own("businessRuleTask", "decision"),
        low_risk=tuple(e.get("id", "") for e in of("userTask") if e.get(OWN + "lowrisk") == "true"),
        amounts={e.get("id", ""): e.get(OWN + "amount") for e in of("userTask") if e.get(OWN + "amount")},
        names={e.get("id", ""): e.get("name", "") or e.get("id", "") for e in of(*TASKS, "endEvent", "startEvent")},
        fields={e.get("id", ""): tuple((e.get(OWN + "fields") or "").split()) for e in of("userTask")},
        lane_of=_lanes_of(lanes, process),
    )


def _lanes_of(lanes: list[Any], process: Any) -> dict[str, str]:
    """By node its lane; what stands inside a sub-process is in the lane of that, unless it names a role itself."""
    found = {(r.text or "").strip(): e.get("name", "") for e in lanes for r in e.iter(f"{BPMN}flowNodeRef")}
    for part in process.iter(f"{BPMN}subProcess"):
        for inner in part:
            role = inner.get(f"{OWN}candidates") or ""
            lane = role if role and role[0] not in "{[" else found.get(part.get("id", ""), "")
            if inner.get("id") and lane:
                found.setdefault(inner.get("id", ""), lane)
    return found


def _ends(process: Any) -> tuple[str, ...]:
    """Ends of the process itself; what a timer that does not interrupt starts beside it ends without a result."""
    beside = {
        e.get("id") for e in process.findall(f"{BPMN}boundaryEvent") if e.get("cancelActivity") == "false"
    }  # fmt: skip
    flows = [(f.get("sourceRef"), f.get("targetRef")) for f in process.findall(f"{BPMN}sequenceFlow")]
    side = set(beside)
    while more := {target for source, target in flows if source in side} - side:
        side |= more
    return tuple(e.get("id", "") for e in process.findall(f"{BPMN}endEvent") if e.get("id") not in side)
