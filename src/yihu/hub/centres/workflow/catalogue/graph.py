"""A process as a graph: nodes, flows, lanes and how people handle a user task. Frozen; nothing here changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from yihu.hub.centres.workflow.choices import USUAL_VERBS, EmptyPolicy, Mode, SamePerson, TimeoutPolicy, Verb


class Kind(StrEnum):
    """What a node is."""

    START = "startEvent"
    END = "endEvent"
    TERMINATE = "terminateEnd"
    USER = "userTask"
    SERVICE = "serviceTask"
    RULE = "businessRuleTask"
    CALL = "callActivity"
    SUB = "subProcess"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    BOUNDARY = "boundaryEvent"
    WAIT = "intermediateCatchEvent"


ENDS = frozenset({Kind.END, Kind.TERMINATE})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE})
ACTIVITIES = frozenset({Kind.USER, Kind.SERVICE, Kind.RULE, Kind.CALL, Kind.SUB})
CHOOSING = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})
SPLITTING = frozenset({Kind.PARALLEL, Kind.INCLUSIVE})


@dataclass(frozen=True, slots=True)
class Handling:
    """
    How people handle a user task; `candidates` is a strategy, or a role's name, or None for the lane's role.

    `amount` is the field of the data, in yuan, that the task decides about: approval by SMS is bounded by it.
    """

    mode: Mode = Mode.ANY
    percent: int = 100
    candidates: Any = None
    empty: EmptyPolicy = EmptyPolicy.ADMIN
    same_person: SamePerson = SamePerson.SUPERIOR
    due: str = ""
    timeout: TimeoutPolicy = TimeoutPolicy.REMIND
    verbs: tuple[Verb, ...] = USUAL_VERBS
    fields: tuple[str, ...] = ()
    low_risk: bool = False
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a timer fires: after a duration of working time, or at a moment (ISO, or the path of a form's field)."""

    duration: str = ""
    moment: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """
    One node. `container` is the sub-process it stands in ("" for the process), `host` what a boundary event is on.

    `key` is the handler of a service task, the decision of a rule task, the process that is called; `result` is what
    an end event says of the whole; `interrupts` belongs to boundary events, `error` to those of errors.
    """

    id: str
    kind: Kind
    name: str
    container: str = ""
    lane: str = ""
    handling: Handling | None = None
    key: str = ""
    default: str = ""
    timing: Timing | None = None
    host: str = ""
    interrupts: bool = True
    error: str = ""
    catches_errors: bool = False
    result: str = ""

    @property
    def title(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Edge:
    """One flow, with its FEEL condition or ""."""

    id: str
    source: str
    target: str
    condition: str = ""
    name: str = ""


@dataclass(frozen=True)
class Graph:
    """A whole process."""

    key: str
    name: str
    nodes: Mapping[str, Node]
    edges: Mapping[str, Edge]
    lanes: tuple[str, ...] = ()
    has_picture: bool = False

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Edge, ...]]:
        return self._grouped("source")

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        return self._grouped("target")

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Node, ...]]:
        """Boundary events by the activity they are on."""
        found: dict[str, tuple[Node, ...]] = {}
        for node in self.nodes.values():
            if node.kind is Kind.BOUNDARY:
                found[node.host] = (*found.get(node.host, ()), node)
        return found

    def start_of(self, container: str = "") -> Node:
        """The start event of the process or of a sub-process; linted graphs have exactly one."""
        return next(n for n in self.nodes.values() if n.kind is Kind.START and n.container == container)

    def within(self, container: str) -> Iterator[Node]:
        """The nodes directly inside a container."""
        return (n for n in self.nodes.values() if n.container == container)

    def containers_of(self, node_id: str) -> tuple[str, ...]:
        """The sub-processes around a node, the innermost first, the process itself ("") last."""
        found, at = [], self.nodes[node_id].container
        while at:
            found.append(at)
            at = self.nodes[at].container
        return (*found, "")

    def next_nodes(self, node_id: str) -> Iterator[str]:
        """Where a token may go from a node: its flows, and those of boundary events on it."""
        yield from (edge.target for edge in self.outgoing.get(node_id, ()))
        yield from (boundary.id for boundary in self.boundaries.get(node_id, ()))

    def _grouped(self, end: str) -> dict[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = {node_id: [] for node_id in self.nodes}
        for edge in self.edges.values():
            found.setdefault(getattr(edge, end), []).append(edge)
        return {node_id: tuple(edges) for node_id, edges in found.items()}
