"""The drawing of an instance with what became of each node."""

from collections.abc import Mapping
from dataclasses import dataclass

from yihu.hub.centres.workflow.choices import StepState, TokenState
from yihu.hub.centres.workflow.models import Instance
from yihu.hub.centres.workflow.selectors.graphs import drawing_of

CURRENT, DONE, RETURNED, REFUSED, STUCK = "current", "done", "returned", "refused", "stuck"


@dataclass(frozen=True, slots=True)
class Picture:
    """
    What the viewer shows: the drawing, and by element `current`, `done`, `returned`, `refused` or `stuck`.

    `rounds` says how often a node was at work, where that was more than once; `drawn` whether there are shapes at all.
    """

    xml: str
    states: Mapping[str, str]
    rounds: Mapping[str, int]
    drawn: bool


def picture(instance: Instance) -> Picture:
    """Two queries beside the version's text."""
    graph = drawing_of(instance.version).graph
    states = {element: DONE for element in instance.passed if element in graph.nodes or element in graph.edges}
    last: dict[str, str] = dict(instance.steps.order_by("id").values_list("node_id", "state"))
    words = {StepState.RETURNED: RETURNED, StepState.REFUSED: REFUSED, StepState.CANCELLED: RETURNED}
    states.update({node: words[StepState(state)] for node, state in last.items() if state in words})
    for token in instance.tokens.exclude(state=TokenState.GONE):
        states[token.node_id] = STUCK if token.state == TokenState.STUCK else CURRENT
    if instance.outcome in graph.nodes:
        states[instance.outcome] = DONE
    rounds = {node: n for node, n in instance.passed.items() if n > 1 and node in graph.nodes}
    return Picture(instance.version.xml, states, rounds, graph.has_picture)
