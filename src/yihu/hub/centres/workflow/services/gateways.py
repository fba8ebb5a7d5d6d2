"""Splits and joins."""

from yihu.hub.centres.workflow.catalogue.graph import Edge, Kind, Node
from yihu.hub.centres.workflow.choices import TokenState, Verb
from yihu.hub.centres.workflow.models import Token
from yihu.hub.centres.workflow.selectors.context import context_of, holds
from yihu.hub.centres.workflow.services.incidents import stand_still
from yihu.hub.centres.workflow.services.moving import leave, waiting_at
from yihu.hub.centres.workflow.services.run import Run
from yihu.kit.feel import ExpressionError


def exclusive(run: Run, token: Token, node: Node) -> None:
    """The first flow whose condition is true, else the default."""
    chosen = _chosen(run, token, node)
    if chosen:
        leave(run, token, chosen[:1])


def parallel(run: Run, token: Token, node: Node) -> None:
    """Wait for one token on each incoming flow; then go along all outgoing ones."""
    incoming = run.graph.incoming[node.id]
    if len(incoming) > 1:
        here: dict[str, Token] = {}
        for one in waiting_at(run, token):
            here.setdefault(one.edge_id, one)
        if len(here) < len(incoming):
            run.rest(token, TokenState.JOINING)
            return
        _merge(run, token, list(here.values()))
    leave(run, token)


def inclusive(run: Run, token: Token, node: Node) -> None:
    """Wait until nothing else can come; then go along every flow whose condition is true, else the default."""
    if len(run.graph.incoming[node.id]) > 1:
        run.rest(token, TokenState.JOINING)
        return
    split(run, token, node)


def split(run: Run, token: Token, node: Node) -> None:
    chosen = _chosen(run, token, node)
    if chosen:
        leave(run, token, chosen)


def ready_joins(run: Run) -> list[Token]:
    """One token for each inclusive join that need not wait any longer, once everything else has come to rest."""
    found: dict[tuple[str, int | None], Token] = {}
    for token in run.tokens:
        if token.state == TokenState.JOINING and run.node(token).kind is Kind.INCLUSIVE:
            found.setdefault((token.node_id, token.parent_id), token)
    return [t for t in found.values() if not any(_may_come(run, other, t) for other in run.siblings(t))]


def fire_join(run: Run, token: Token) -> None:
    """Join what waits at an inclusive gateway and go on."""
    _merge(run, token, waiting_at(run, token))
    token.state = TokenState.WORKING
    split(run, token, run.node(token))


def _may_come(run: Run, other: Token, waiting: Token) -> bool:
    """Whether a token still works in a branch that ends at the join where another waits."""
    if other.state == TokenState.JOINING and other.node_id == waiting.node_id:
        return False
    structure = run.drawing.structure
    splits = {split for split, join in structure.joins.items() if join == waiting.node_id}
    around = structure.branches[other.node_id]
    beside = {pair for pair in around - structure.branches[waiting.node_id] if "/".join(pair) in structure.side}
    return not beside and any(pair[0] in splits for pair in around)


def _merge(run: Run, token: Token, joined: list[Token]) -> None:
    """The token goes on for all; one refusal among them is a refusal."""
    if any(t.outcome == Verb.REFUSE for t in joined):
        token.outcome = Verb.REFUSE
    token.has_effect = True
    for other in joined:
        if other is not token:
            run.remove(other)


def _chosen(run: Run, token: Token, node: Node) -> list[Edge]:
    """The flows to take; none when the token stands still with an incident."""
    edges = run.graph.outgoing[node.id]
    if len(edges) == 1 and not edges[0].condition:
        return list(edges)
    context = context_of(run.instance, token.outcome)
    try:
        true = [e for e in edges if e.condition and e.id != node.default and holds(e.condition, context)]
    except ExpressionError as error:
        stand_still(run, token, "BPM-430", f"“{node.title}”的条件不能计算：{error.message_zh}（{error.code}）")
        return []
    if not true:
        true = [e for e in edges if e.id == node.default]
    if not true:
        stand_still(run, token, "BPM-431", f"“{node.title}”的条件都不满足，又没有默认去向")
    return true
