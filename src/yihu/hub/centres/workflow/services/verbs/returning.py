"""退回: back to any step that was passed, to go through again or to come straight back."""

from yihu.hub.centres.workflow.catalogue.graph import Kind, Node
from yihu.hub.centres.workflow.choices import AssignmentState, StepState, TokenState
from yihu.hub.centres.workflow.models import Token
from yihu.hub.centres.workflow.selectors.candidates import last_people
from yihu.hub.centres.workflow.selectors.ways import hindrance, splits_left
from yihu.hub.centres.workflow.services.cancelling import cancel, cancel_timers, clear, close_step
from yihu.hub.centres.workflow.services.places import close
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.verbs.deed import Deed


def return_to(deed: Deed) -> None:
    """Close the step and go back; other branches of a split that is left behind are taken back with it."""
    run = deed.run
    target = run.graph.nodes.get(deed.node_id)
    if target is None or target.kind not in {Kind.USER, Kind.START} or (target.container and target.kind is Kind.START):
        raise UnableToActError("BPM-512", what="退回到哪个环节")
    code = hindrance(run.instance, deed.node, target, straight=deed.straight)
    if code:
        raise UnableToActError(code, what=target.title)
    left = splits_left(run.drawing, deed.node, target)
    deed.close_own(deed.verb)
    deed.write(to_node=(target.id, target.title))
    close(run, deed.assignment, AssignmentState.DONE)
    close_step(run, deed.step, StepState.RETURNED)
    cancel_timers(deed.token)
    run.sent_back[target.id] = (deed.actor.display_name, deed.opinion)
    go_back(run, deed.token, target, left, straight=deed.straight)


def go_back(run: Run, token: Token, target: Node, left: set[str], *, straight: bool) -> None:
    """Move a token whose step is closed back to a node, and take away what only made sense beyond it."""
    came_from = token.node_id
    moving = _outermost(run, token, target)
    cancel(run, [t for t in run.tokens if t is not moving and _is_left(run, t, left)])
    if moving is not token:
        # What hangs on the sub-process goes; the token that waited at it goes back.
        clear(run, moving)
    moving.back_to = came_from if straight and moving is token else ""
    moving.last_step, moving.has_effect = None, True
    who = [run.instance.initiator_id] if target.kind is Kind.START else last_people(run.instance, target.id)
    run.people[target.id] = who
    run.enter(moving, target.id)


def _outermost(run: Run, token: Token, target: Node) -> Token:
    """The token that stands in the target's container: this one, or the one that waits around it."""
    moving = token
    while run.graph.nodes[moving.node_id].container != target.container and moving.parent_id is not None:
        moving = run.token(moving.parent_id)
    return moving


def _is_left(run: Run, token: Token, left: set[str]) -> bool:
    """Whether a token works in, or waits at the join of, a split that is left behind."""
    structure = run.drawing.structure
    if token.state == TokenState.JOINING and any(structure.joins.get(split) == token.node_id for split in left):
        return True
    return any(split in left for split, _ in structure.around(run.graph, token.node_id))
