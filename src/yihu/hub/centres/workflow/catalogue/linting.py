"""What is wrong with a process that can be read: shape, gateways, conditions, people and handlers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yihu.hub.centres.workflow.catalogue.durations import read_duration
from yihu.hub.centres.workflow.catalogue.graph import (
    ACTIVITIES,
    CHOOSING,
    ENDS,
    GATEWAYS,
    Graph,
    Kind,
    Node,
)
from yihu.hub.centres.workflow.catalogue.problems import Problem, problem
from yihu.hub.centres.workflow.catalogue.structure import EXIT, Structure, structure_of
from yihu.kit.feel import ExpressionError, parse_expression

NAMES = frozenset({"form", "outcome", "decisions", "initiator", "subject"})
KIND_NAMES = {Kind.PARALLEL: "并行网关", Kind.INCLUSIVE: "包容网关"}
Knows = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Known:
    """
    What exists outside the drawing; None means it is not examined here.

    `strategy` says what is wrong with a candidate strategy, as pairs of a code and the word it is about.
    """

    roles: Mapping[str, Any] | None = None
    strategy: Callable[[Any], list[tuple[str, str]]] | None = None
    handler: Knows | None = None
    decision: Knows | None = None
    process: Knows | None = None


def lint(graph: Graph, known: Known) -> list[Problem]:
    """Every problem, by element. An empty list is a process that can run."""
    found = [*_starts_and_ends(graph), *_ways(graph)]
    structure = structure_of(graph)
    found += [*_structure(graph, structure), *_conditions(graph)]
    for node in graph.nodes.values():
        found += [*_events(graph, node), *_parts(node, known)]
        if node.kind is Kind.USER:
            found += _people(node, known)
    return found


def _starts_and_ends(graph: Graph) -> Iterator[Problem]:
    containers = {""} | {n.id for n in graph.nodes.values() if n.kind is Kind.SUB}
    for container in containers:
        kinds = [n.kind for n in graph.within(container)]
        starts, ends = kinds.count(Kind.START), sum(k in ENDS for k in kinds)
        if container and (starts != 1 or not ends):
            yield problem("BPM-256", container, name=graph.nodes[container].title)
        elif starts != 1:
            yield problem("BPM-221" if starts else "BPM-220", container)
        elif not ends:
            yield problem("BPM-222", container)


def _ways(graph: Graph) -> Iterator[Problem]:
    reached: set[str] = set()
    pending = [n.id for n in graph.nodes.values() if n.kind is Kind.START]
    while pending:
        at = pending.pop()
        if at not in reached:
            reached.add(at)
            pending += graph.next_nodes(at)
    leading = {n.id for n in graph.nodes.values() if n.kind in ENDS}
    while more := {n for n in graph.nodes if n not in leading and leading.intersection(graph.next_nodes(n))}:
        leading |= more
    for node in graph.nodes.values():
        outgoing = len(graph.outgoing[node.id])
        if node.id not in reached:
            yield problem("BPM-223", node.id, name=node.title)
        if node.kind not in ENDS and not outgoing:
            yield problem("BPM-224", node.id, name=node.title)
        elif node.id not in leading:
            yield problem("BPM-225", node.id, name=node.title)
        if outgoing > 1 and node.kind not in GATEWAYS:
            yield problem("BPM-226", node.id, name=node.title)


def _structure(graph: Graph, structure: Structure) -> Iterator[Problem]:
    for split, join in structure.joins.items():
        node = graph.nodes[split]
        if join != EXIT and graph.nodes[join].kind is not node.kind:
            yield problem("BPM-227", split, name=node.title, what=f"汇合在“{graph.nodes[join].title}”")
    for join in structure.loose_joins:
        node = graph.nodes[join]
        yield problem("BPM-227", join, name=node.title, what=f"没有与它成对的{KIND_NAMES[node.kind]}分支")
    for node_id, split_id in sorted({(c.node_id, c.split_id) for c in structure.crossings}):
        yield problem("BPM-228", node_id, name=graph.nodes[node_id].title, what=graph.nodes[split_id].title)
    for boundary in structure.rejoining:
        yield problem("BPM-255", boundary, name=graph.nodes[boundary].title)


def _conditions(graph: Graph) -> Iterator[Problem]:
    names = NAMES | {n.key for n in graph.nodes.values() if n.kind is Kind.RULE}
    for edge in graph.edges.values():
        source = graph.nodes[edge.source]
        if edge.condition:
            if source.kind not in CHOOSING:
                yield problem("BPM-232", edge.id, name=source.title)
            yield from _expression(edge.id, edge.condition, names)
        elif source.kind in CHOOSING and len(graph.outgoing[source.id]) > 1 and source.default != edge.id:
            yield problem("BPM-233", edge.id, name=source.title)
    for node in graph.nodes.values():
        if node.kind in CHOOSING and len(graph.outgoing[node.id]) > 1 and not node.default:
            yield problem("BPM-229", node.id, name=node.title)


def _expression(element_id: str, text: str, names: frozenset[str]) -> Iterator[Problem]:
    try:
        unknown = parse_expression(text).names - names
    except ExpressionError as error:
        yield problem("BPM-230", element_id, what=error)
        return
    for name in sorted(unknown):
        yield problem("BPM-231", element_id, what=name)


def _events(graph: Graph, node: Node) -> Iterator[Problem]:
    entered = bool(graph.incoming[node.id])
    if (node.kind in {Kind.START, Kind.BOUNDARY} and entered) or (node.kind in ENDS and graph.outgoing[node.id]):
        yield problem("BPM-257", node.id, name=node.title)
    if node.kind is Kind.BOUNDARY:
        host = graph.nodes[node.host].kind if node.host in graph.nodes else None
        fits = {Kind.SERVICE, Kind.RULE} if node.catches_errors else ACTIVITIES - {Kind.SERVICE, Kind.RULE}
        if host not in fits or (node.timing is None) is not node.catches_errors:
            yield problem("BPM-254", node.id, name=node.title)
    if node.kind is Kind.WAIT or (node.kind is Kind.BOUNDARY and node.timing):
        yield from _timing(node)


def _timing(node: Node) -> Iterator[Problem]:
    if node.timing is None or not (node.timing.duration or node.timing.moment):
        yield problem("BPM-253", node.id, name=node.title)
    elif node.timing.duration:
        yield from _duration(node.id, node.timing.duration)


def _duration(element_id: str, text: str) -> Iterator[Problem]:
    try:
        read_duration(text)
    except ValueError:
        yield problem("BPM-246", element_id, what=text)


def _parts(node: Node, known: Known) -> Iterator[Problem]:
    asked = {
        Kind.SERVICE: (known.handler, "BPM-250"), Kind.RULE: (known.decision, "BPM-251"),
        Kind.CALL: (known.process, "BPM-252"),
    }.get(node.kind)  # fmt: skip
    if asked is None:
        return
    knows, code = asked
    if not node.key or (knows is not None and not knows(node.key)):
        yield problem(code, node.id, what=node.key or "（未填写）")


def _people(node: Node, known: Known) -> Iterator[Problem]:
    handling = node.handling
    if handling is None:
        return
    if handling.due:
        yield from _duration(node.id, handling.due)
    wanted = handling.candidates or node.lane
    if not wanted:
        yield problem("BPM-240", node.id, name=node.title)
        return
    strategy = wanted
    if isinstance(wanted, str):
        if known.roles is None:
            return
        strategy = known.roles.get(wanted)
        if strategy is None:
            yield problem("BPM-241", node.id, what=wanted)
            return
    for code, what in known.strategy(strategy) if known.strategy else ():
        yield problem(code, node.id, what=what)
