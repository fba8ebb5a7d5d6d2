"""撤回 by an officer: one's own consent, as long as nobody has built on it."""

from datetime import datetime

from yihu.hub.centres.workflow.choices import AssignmentState, StepState, TimerKind, TokenState, Verb
from yihu.hub.centres.workflow.models import Act, Timer
from yihu.hub.centres.workflow.services.cancelling import cancel_timers, close_step, open_step_of
from yihu.hub.centres.workflow.services.places import CHANGING, open_ready, put
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.timing import set_boundaries, set_timer
from yihu.hub.centres.workflow.services.verbs.deed import Deed


def take_back(deed: Deed) -> None:
    """Open one's place again: in a step still open, or by undoing the step that follows untouched."""
    if deed.assignment.verdict != Verb.AGREE:
        raise UnableToActError("BPM-522", what="只有“同意”可以撤回")
    if deed.step.state == StepState.OPEN:
        _check_no_other_place(deed)
        _check_untouched_since(deed)
    else:
        _undo_next(deed)
    deed.write()
    own = deed.assignment
    decided_at = own.closed_at
    own.state, own.verdict, own.opinion, own.acted_by, own.closed_at = AssignmentState.OPEN, "", "", None, None
    own.save(update_fields=CHANGING)
    put(deed.run, own)
    _open_others(deed, decided_at)


def _undo_next(deed: Deed) -> None:
    """Take the token back from the step it has gone to."""
    run, token = deed.run, deed.token
    next_step = open_step_of(token) if token.state == TokenState.WORKING else None
    if deed.step.state != StepState.AGREED or token.last_step_id != deed.step.pk or next_step is None:
        raise UnableToActError("BPM-522", what="流程已经往前走了或分了支，请联系下一环节办理人退回")
    if token.has_effect:
        raise UnableToActError("BPM-522", what="其后的自动任务已经执行")
    if Act.objects.filter(step=next_step).exclude(verb__in=[Verb.URGE, Verb.CARBON_COPY]).exists():
        raise UnableToActError("BPM-522", what=f"“{next_step.name}”已经有人办理")
    close_step(run, next_step, StepState.CANCELLED, "上一环节撤回")
    cancel_timers(token)
    _reopen(deed)


def _reopen(deed: Deed) -> None:
    run, token, step = deed.run, deed.token, deed.step
    token.node_id, token.last_step, token.has_effect = step.node_id, None, True
    run.rest(token, TokenState.WORKING)
    step.state, step.closed_at = StepState.OPEN, None
    step.save(update_fields=["state", "closed_at"])
    if step.due_at:
        set_timer(run, token, TimerKind.DUE, step.node_id, max(step.due_at, run.now), step=step)
    if not Timer.objects.filter(token=token, kind=TimerKind.BOUNDARY, state="SET").exists():
        set_boundaries(run, token, deed.node)


def _open_others(deed: Deed, decided_at: datetime | None) -> None:
    """Those who were let off by the decision that is undone have their turn again."""
    rows = deed.table().rows
    here = {r.assignee_id for r in rows if r.is_pending}
    for row in rows:
        let_off = row.state == AssignmentState.VOID and not row.verdict and row.closed_at == decided_at
        if let_off and row.assignee_id not in here:
            row.state, row.closed_at = AssignmentState.WAITING, None
            row.save(update_fields=CHANGING)
    open_ready(deed.run, deed.table())


def _check_no_other_place(deed: Deed) -> None:
    """Somebody handed the step on to them, or added them, since: nobody sits twice in one step."""
    own = deed.assignment
    if any(r.is_pending and r.assignee_id == own.assignee_id and r.pk != own.pk for r in deed.table().rows):
        raise UnableToActError("BPM-522", what="本环节里还有等他办理的另一处，请先办理那一处")


def _check_untouched_since(deed: Deed) -> None:
    """In an open step: nobody may have acted who came after."""
    later = [r for r in deed.table().rows if r.turn > deed.assignment.turn or r.parent_id == deed.assignment.pk]
    if any(r.state == AssignmentState.DONE for r in later):
        raise UnableToActError("BPM-522", what="其后的办理人已经办理")
