"""How a token leaves a node, and how a scope and an instance end."""

from collections.abc import Sequence

from yihu.hub.centres.workflow.catalogue.graph import CHOOSING, Edge, Graph, Node
from yihu.hub.centres.workflow.catalogue.registries import tell
from yihu.hub.centres.workflow.choices import InstanceState, TokenState, Verb
from yihu.hub.centres.workflow.models import Token
from yihu.hub.centres.workflow.selectors.candidates import last_people
from yihu.hub.centres.workflow.selectors.context import reads_outcome
from yihu.hub.centres.workflow.services import notices, todos
from yihu.hub.centres.workflow.services.cancelling import cancel, cancel_timers, stop
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.run import Run


def leave(run: Run, token: Token, edges: Sequence[Edge] | None = None) -> None:
    """Go along the flows: the token itself by the first, another one by each of the others."""
    edges = run.graph.outgoing[token.node_id] if edges is None else edges
    if len(edges) > 1:
        # What was decided before a split cannot be taken back by one of its branches.
        token.has_effect = True
    others = [run.add_token(edge.target, like=token) for edge in edges[1:]]
    for moving, edge in zip([token, *others], edges, strict=True):
        run.enter(moving, edge.target, edge.id)


def finish_activity(run: Run, token: Token, outcome: str) -> None:
    """
    An activity is over. A refusal ends the whole unless a gateway right behind it asks for the outcome; a token that
    was sent back to come straight back does so.
    """
    cancel_timers(token)
    token.outcome = outcome
    if outcome == Verb.REFUSE and not asks_outcome(run.graph, token.node_id):
        end_instance(run, InstanceState.REFUSED)
    elif token.back_to and outcome != Verb.REFUSE:
        back_to, token.back_to = token.back_to, ""
        run.people[back_to] = last_people(run.instance, back_to)
        run.enter(token, back_to)
    else:
        token.back_to = ""
        leave(run, token)


def asks_outcome(graph: Graph, node_id: str) -> bool:
    """Whether a gateway directly behind a node has a condition on the outcome."""
    for edge in graph.outgoing[node_id]:
        if graph.nodes[edge.target].kind in CHOOSING:
            return any(e.condition and reads_outcome(e.condition) for e in graph.outgoing[edge.target])
    return False


def end_scope(run: Run, token: Token, node: Node, *, everything: bool) -> None:
    """A token reached an end: the scope ends with its last token, or at once."""
    if everything:
        cancel(run, list(run.siblings(token)))
    is_last = not any(run.siblings(token))
    parent, outcome = token.parent_id, token.outcome
    run.remove(token)
    if not is_last:
        return
    if parent is not None:
        finish_activity(run, run.token(parent), outcome)
        return
    refused = node.result == "refused" or (not node.result and outcome == Verb.REFUSE)
    end_instance(run, InstanceState.REFUSED if refused else InstanceState.COMPLETED, node)


def end_instance(run: Run, state: InstanceState, node: Node | None = None) -> None:
    """The whole is over: nothing stays open; listeners and the lists of people are told."""
    stop(run, state, node.id if node else "")
    said = Said(opinion=state.label, node=(node.id, node.title) if node else ("", ""))
    write_act(instance=run.instance, verb=Verb.END, actor=None, now=run.now, said=said)
    todos.settle_instance(run.instance, stamp=run.stamp(), now=run.now)
    notices.ended(run.instance, now=run.now)
    tell("instance_ended", run.instance, run.now)


def waiting_at(run: Run, token: Token) -> list[Token]:
    """Tokens of the same scope that wait at the same join, this one included."""
    same = [t for t in run.siblings(token) if t.node_id == token.node_id and t.state == TokenState.JOINING]
    return [token, *same]
