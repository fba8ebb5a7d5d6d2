"""What happens to a step whose limit has passed."""

from collections.abc import Callable
from typing import Any

from yihu.hub.base.access import Label
from yihu.hub.centres.workflow.choices import AssignmentState, StepState, TimeoutPolicy, TimerKind, Verb
from yihu.hub.centres.workflow.models import Assignment, Step, Token
from yihu.hub.centres.workflow.selectors.candidates import able
from yihu.hub.centres.workflow.selectors.heads import heads_of
from yihu.hub.centres.workflow.selectors.ways import hindrance, splits_left
from yihu.hub.centres.workflow.selectors.working_time import due_after
from yihu.hub.centres.workflow.services import notices
from yihu.hub.centres.workflow.services.cancelling import cancel_timers, close_step
from yihu.hub.centres.workflow.services.moving import finish_activity
from yihu.hub.centres.workflow.services.places import close, open_ready, table_of
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.timing import set_timer
from yihu.hub.centres.workflow.services.verbs.handing import hand_on
from yihu.hub.centres.workflow.services.verbs.returning import go_back
from yihu.kit.work_calendar import UnknownCalendarYearError

AGAIN = "P1D"


def _say(run: Run, step: Step, opinion: str, **more: Any) -> None:
    write_act(
        instance=run.instance, verb=Verb.TIMEOUT, actor=None, now=run.now, step=step, said=Said(opinion=opinion, **more)
    )


def remind(run: Run, token: Token, step: Step) -> None:
    """Tell everybody whose turn it is, today and every working day until it is done."""
    waiting = [r for r in table_of(step).rows if r.state == AssignmentState.OPEN]
    _say(run, step, "超过环节期限，提醒办理人", people=tuple(r.assignee for r in waiting))
    for row in waiting:
        notices.overdue(row, now=run.now)
    try:
        again = due_after(run.now, AGAIN)
    except UnknownCalendarYearError:
        return
    set_timer(run, token, TimerKind.DUE, step.node_id, again, step=step)


def agree(run: Run, token: Token, step: Step) -> None:
    """Silence is consent where the process says so; nobody's verdict is made up."""
    _say(run, step, "超过环节期限，按流程规定视为同意")
    close_step(run, step, StepState.AGREED, "超期，视为同意")
    token.last_step, token.has_effect = None, True
    finish_activity(run, token, Verb.AGREE)


def send_back(run: Run, token: Token, step: Step) -> None:
    """Back to the step before it; to the initiator when there is none."""
    here = run.graph.nodes[step.node_id]
    before = run.instance.steps.filter(pk__lt=step.pk, state=StepState.AGREED).order_by("-pk")
    targets = [run.graph.nodes[s.node_id] for s in before if s.node_id != here.id and s.node_id in run.graph.nodes]
    for target in [*targets, run.graph.start_of()]:
        if hindrance(run.instance, here, target, straight=False):
            continue
        left = splits_left(run.drawing, here, target)
        _say(run, step, f"超过环节期限，退回“{target.title}”", to_node=(target.id, target.title))
        close_step(run, step, StepState.RETURNED, "超期退回")
        cancel_timers(token)
        go_back(run, token, target, left, straight=False)
        return
    remind(run, token, step)


def escalate(run: Run, token: Token, step: Step) -> None:
    """Each open place goes to the head of its holder; one without a head is reminded."""
    table = table_of(step)
    moved: list[Assignment] = []
    for row in table.rows:
        if row.state == AssignmentState.OPEN and _hand_up(run, row):
            moved.append(row)
    if not moved:
        remind(run, token, step)
        return
    _say(run, step, "超过环节期限，转交上级办理", people=tuple(r.assignee for r in moved))
    open_ready(run, table_of(step))


def _hand_up(run: Run, row: Assignment) -> bool:
    here = set(row.step.assignments.filter(state__in=["OPEN", "WAITING"]).values_list("assignee_id", flat=True))
    for level in heads_of(row.assignee, day=run.day, label=Label(run.instance.label)):
        for head in able(level, run.instance, day=run.day):
            if head.pk not in here and head.pk != run.instance.initiator_id:
                row.verdict, row.opinion = Verb.TRANSFER, "超期转交上级"
                close(run, row, AssignmentState.DONE)
                hand_on(row, head)
                return True
    return False


POLICIES: dict[TimeoutPolicy, Callable[[Run, Token, Step], None]] = {
    TimeoutPolicy.REMIND: remind, TimeoutPolicy.AGREE: agree, TimeoutPolicy.RETURN: send_back,
    TimeoutPolicy.ESCALATE: escalate,
}  # fmt: skip
