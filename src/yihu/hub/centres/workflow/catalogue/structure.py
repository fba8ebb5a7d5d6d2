"""
Which nodes stand inside which branch of which split.

Parallel and inclusive splits must be closed by a join of their kind, and no flow may cross a branch: then a join can
always fire, and a return knows which other branches it would undo. The join of a split is its nearest post-dominator
that joins; ends that terminate everything are left out of that, since nothing waits for them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from yihu.hub.centres.workflow.catalogue.graph import SPLITTING, Graph, Kind, Node

EXIT = "<exit>"
Branch = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A flow that runs where none may: `node_id` stands in two branches of the split, or is entered from outside."""

    node_id: str
    split_id: str


@dataclass(slots=True)
class Structure:
    """`joins`: split → join (EXIT when its branches end by themselves); `branches`: node → the branches around it."""

    joins: dict[str, str] = field(default_factory=dict)
    branches: dict[str, set[Branch]] = field(default_factory=dict)
    crossings: list[Crossing] = field(default_factory=list)
    rejoining: list[str] = field(default_factory=list)
    loose_joins: list[str] = field(default_factory=list)
    side: set[str] = field(default_factory=set)

    def around(self, graph: Graph, node_id: str) -> frozenset[Branch]:
        """Every branch around a node, those around its sub-processes included."""
        inside = (node_id, *(c for c in graph.containers_of(node_id) if c))
        return frozenset(pair for one in inside for pair in self.branches.get(one, ()))


def structure_of(graph: Graph) -> Structure:
    """Analyse every container of a graph whose references hold."""
    found = Structure(branches={node_id: set() for node_id in graph.nodes})
    for container in {node.container for node in graph.nodes.values()}:
        _analyse(graph, container, found)
    return found


def _analyse(graph: Graph, container: str, found: Structure) -> None:
    nodes = {node.id: node for node in graph.within(container)}
    dominators = _post_dominators(graph, nodes)
    for node in nodes.values():
        outgoing = graph.outgoing[node.id]
        if node.kind in SPLITTING and len(outgoing) > 1:
            join = found.joins[node.id] = _join_of(graph, node.id, dominators)
            regions = {edge.id: _reach(graph, edge.target, join) for edge in outgoing}
            _take_regions(graph, node.id, regions, found)
        if node.kind is Kind.BOUNDARY and not node.interrupts:
            _take_side(graph, node, found)
    matched = {(found.joins[s], nodes[s].kind) for s in found.joins if s in nodes}
    for node in nodes.values():
        if node.kind in SPLITTING and len(graph.incoming[node.id]) > 1 and (node.id, node.kind) not in matched:
            found.loose_joins.append(node.id)


def _take_regions(graph: Graph, split: str, regions: dict[str, set[str]], found: Structure) -> None:
    owner: dict[str, str] = {}
    for edge_id, region in regions.items():
        for node_id in region:
            if node_id in owner or node_id == split:
                found.crossings.append(Crossing(node_id, split))
            owner[node_id] = edge_id
            found.branches[node_id].add((split, edge_id))
    for node_id, edge_id in owner.items():
        for edge in graph.incoming[node_id]:
            if edge.source != split and owner.get(edge.source) != edge_id:
                found.crossings.append(Crossing(node_id, split))
    join = found.joins[split]
    if join != EXIT and graph.nodes[join].kind is Kind.PARALLEL:
        entries = [edge_id if e.source == split else owner.get(e.source) for e in graph.incoming[join]
                   for edge_id in [e.id]]  # fmt: skip
        if len(set(entries)) != len(entries) or len(entries) != len(regions) or None in entries:
            found.crossings.append(Crossing(join, split))


def _take_side(graph: Graph, boundary: Node, found: Structure) -> None:
    """What a timer that does not interrupt starts beside the main flow."""
    side = _reach(graph, boundary.id, EXIT)
    # A main flow that leads back to the host does not thereby run through what the timer starts.
    ahead = (_reach(graph, edge.target, boundary.id) for edge in graph.outgoing[boundary.host])
    main = {n for reached in ahead for n in reached} | {boundary.host}
    if side & main or any(edge.source not in side for n in side - {boundary.id} for edge in graph.incoming[n]):
        found.rejoining.append(boundary.id)
    for node_id in side:
        found.branches[node_id].add((boundary.host, boundary.id))
    found.side.add(boundary.host + "/" + boundary.id)


def _reach(graph: Graph, start: str, stop: str) -> set[str]:
    """Nodes that can be reached from `start` (included) without entering `stop`."""
    seen: set[str] = set()
    pending = [start]
    while pending:
        at = pending.pop()
        if at in seen or at == stop:
            continue
        seen.add(at)
        pending += graph.next_nodes(at)
    return seen


def _successors(graph: Graph, node: Node) -> Iterator[str]:
    yield from (edge.target for edge in graph.outgoing[node.id])
    yield from (b.id for b in graph.boundaries.get(node.id, ()) if b.interrupts)


def _post_dominators(graph: Graph, nodes: dict[str, Node]) -> dict[str, frozenset[str]]:
    """For each node what every way to an end passes; by iteration to the fixed point."""
    everything = frozenset({*nodes, EXIT})
    found = dict.fromkeys(nodes, everything) | {EXIT: frozenset({EXIT})}
    order = list(reversed(list(nodes)))
    changed = True
    while changed:
        changed = False
        for node_id in order:
            node = nodes[node_id]
            if node.kind is Kind.TERMINATE:
                continue
            after = [EXIT] if node.kind is Kind.END else list(_successors(graph, node))
            common = _common(found[n] for n in after) if after else everything
            new = common | {node_id}
            if new != found[node_id]:
                found[node_id], changed = new, True
    return found


def _common(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset.intersection(*sets)


def _join_of(graph: Graph, split: str, dominators: dict[str, frozenset[str]]) -> str:
    """
    The nearest node that every way from a split passes and that two of its branches reach.

    One that a single branch reaches is no join: the others end in something that terminates everything.
    """
    reached = [_reach(graph, edge.target, EXIT) for edge in graph.outgoing[split]]
    after = sorted(dominators[split] - {split, EXIT}, key=lambda n: -len(dominators[n]))
    return next((n for n in after if sum(n in nodes for nodes in reached) > 1), EXIT)
