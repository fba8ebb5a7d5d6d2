"""Drawings of every shipped process: each node is there, events stand on their hosts, nothing lies on anything else."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from django.conf import settings

from yihu.hub.centres.matters.catalogue.boxes import Box
from yihu.hub.centres.matters.catalogue.layout import DC, DI, with_picture
from yihu.hub.centres.matters.catalogue.process import BPMN

FILES = sorted(settings.SHIPPED_MATTERS.glob("*/*/process.bpmn"))
NODES = ("Event", "Task", "task", "Gateway", "subProcess", "callActivity")


@pytest.fixture(params=FILES, ids=[f"{f.parent.parent.name}/{f.parent.name}" for f in FILES])
def drawn(request: pytest.FixtureRequest) -> Any:
    file: Path = request.param
    return ElementTree.fromstring(with_picture(file.read_text("utf-8")).encode())


def boxes_of(root: Any) -> dict[str, Box]:
    found = {}
    for shape in root.iter(f"{DI}BPMNShape"):
        at = shape.find(f"{DC}Bounds")
        found[shape.get("bpmnElement")] = Box(*(int(at.get(key)) for key in ("x", "y", "width", "height")))
    return found


def nodes_in(part: Any) -> Iterator[Any]:
    return (n for n in part if n.tag.removeprefix(BPMN).endswith(NODES))


def apart(one: Box, other: Box) -> bool:
    return one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y


def test_every_node_and_flow_is_drawn(drawn: Any) -> None:
    process, boxes = drawn.find(f"{BPMN}process"), boxes_of(drawn)
    edges = {edge.get("bpmnElement") for edge in drawn.iter(f"{DI}BPMNEdge")}
    for part in (process, *process.iter(f"{BPMN}subProcess")):
        assert {n.get("id") for n in nodes_in(part)} <= set(boxes)
        assert {f.get("id") for f in part.findall(f"{BPMN}sequenceFlow")} <= edges


def test_nodes_stand_apart_and_events_on_their_hosts(drawn: Any) -> None:
    process, boxes = drawn.find(f"{BPMN}process"), boxes_of(drawn)
    for part in (process, *process.iter(f"{BPMN}subProcess")):
        free = [n for n in nodes_in(part) if not n.get("attachedToRef")]
        for one, other in combinations(free, 2):
            assert apart(boxes[one.get("id")], boxes[other.get("id")]), (one.get("id"), other.get("id"))
    for event in process.findall(f"{BPMN}boundaryEvent"):
        box, host = boxes[event.get("id")], boxes[event.get("attachedToRef")]
        assert box.middle[1] == host.bottom
        assert host.x < box.x < box.right < host.right


def test_a_sub_process_holds_its_nodes(drawn: Any) -> None:
    boxes = boxes_of(drawn)
    for part in drawn.find(f"{BPMN}process").findall(f"{BPMN}subProcess"):
        around = boxes[part.get("id")]
        for inner in nodes_in(part):
            box = boxes[inner.get("id")]
            assert around.x < box.x
            assert box.right < around.right
            assert around.y < box.y
            assert box.bottom < around.bottom
