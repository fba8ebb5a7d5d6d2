"""Where a return may lead."""

from collections.abc import Iterator
from dataclasses import dataclass

from yihu.hub.centres.workflow.catalogue.graph import Kind, Node
from yihu.hub.centres.workflow.choices import StepState
from yihu.hub.centres.workflow.models import Assignment, Instance
from yihu.hub.centres.workflow.selectors.candidates import last_people
from yihu.hub.centres.workflow.selectors.graphs import Drawing, drawing_of
from yihu.hub.foundation.org.api import User

INITIATOR = "发起人"


@dataclass(frozen=True, slots=True)
class Target:
    """A node a return may lead to and who will have it; `straight` whether one may come straight back from there."""

    node_id: str
    name: str
    people: tuple[str, ...]
    straight: bool


def hindrance(instance: Instance, here: Node, target: Node, *, straight: bool) -> str:
    """
    The code of what stands against a return, or "": BPM-506 into a branch, 507 straight back over a split or out of a
    sub-process, 508 into an ended sub-process, 509 not passed.
    """
    drawing = drawing_of(instance.version)
    if not _was_passed(instance, target):
        return "BPM-509"
    if target.container not in drawing.graph.containers_of(here.id):
        return "BPM-508"
    structure = drawing.structure
    around_here = structure.around(drawing.graph, here.id)
    around_there = structure.around(drawing.graph, target.id)
    dropped = around_here - around_there
    if around_there - around_here or any("/".join(pair) in structure.side for pair in dropped):
        return "BPM-506"
    if straight and (dropped or target.container != here.container):
        return "BPM-507"
    return ""


def splits_left(drawing: Drawing, here: Node, target: Node) -> set[str]:
    """The splits whose branches are taken back by a return."""
    structure = drawing.structure
    around = structure.around(drawing.graph, here.id) - structure.around(drawing.graph, target.id)
    return {split for split, _ in around}


def targets_of(assignment: Assignment) -> list[Target]:
    """Every node to which the place may be sent back, the initiator first, then as they were passed."""
    instance = assignment.step.instance
    nodes = drawing_of(instance.version).graph.nodes
    here = nodes[assignment.step.node_id]
    return list(_targets(instance, here, [nodes[n] for n in _passed(instance) if n in nodes and n != here.id]))


def _targets(instance: Instance, here: Node, passed: list[Node]) -> Iterator[Target]:
    start = drawing_of(instance.version).graph.start_of()
    for node in [start, *(n for n in passed if n.kind is Kind.USER)]:
        if hindrance(instance, here, node, straight=False):
            continue
        ids = [instance.initiator_id] if node.kind is Kind.START else last_people(instance, node.id)
        names = dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name"))
        straight = not hindrance(instance, here, node, straight=True)
        title = INITIATOR if node.kind is Kind.START else node.title
        yield Target(node.id, title, tuple(names[i] for i in ids if i in names), straight)


def _passed(instance: Instance) -> list[str]:
    rows = instance.steps.exclude(state=StepState.SKIPPED).order_by("id").values_list("node_id", flat=True)
    return list(dict.fromkeys(rows))


def _was_passed(instance: Instance, target: Node) -> bool:
    """The start always, a task once somebody had it."""
    return target.kind is Kind.START or target.id in _passed(instance)
