"""Timers that have run out: each in a transaction of its own, under the lock of its instance."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.catalogue.graph import Kind
from yihu.hub.centres.workflow.choices import InstanceState, StepState, TimeoutPolicy, TimerKind, TimerState, Verb
from yihu.hub.centres.workflow.models import Timer, Token
from yihu.hub.centres.workflow.services.cancelling import clear, open_step_of
from yihu.hub.centres.workflow.services.flow import advance
from yihu.hub.centres.workflow.services.incidents import try_again
from yihu.hub.centres.workflow.services.locking import lock
from yihu.hub.centres.workflow.services.moving import leave
from yihu.hub.centres.workflow.services.opening import handling_of
from yihu.hub.centres.workflow.services.overdue import POLICIES
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.run import Run

log = structlog.get_logger("yihu.workflow")
MOST = 500


def fire_due(*, now: datetime, most: int = MOST, of: Any = None) -> int:
    """
    Fire what is due, the earliest first; says how many. One that fails is logged, stays, and keeps no other waiting.

    :param of: only of this instance and of what it called
    """
    with as_system("流程定时"):
        due = Timer.objects.filter(state=TimerState.SET, fires_at__lte=now)
        due = due.exclude(instance__state=InstanceState.SUSPENDED)
        if of is not None:
            due = due.filter(Q(instance=of) | Q(instance__root=of))
        ids = list(due.order_by("fires_at").values_list("pk", flat=True)[:most])
        fired = 0
        for timer_id in ids:
            try:
                fired += _fire(timer_id, now)
            except Exception:
                log.exception("timer failed", timer=timer_id)
        return fired


@transaction.atomic
def _fire(timer_id: int, now: datetime) -> int:
    timer = Timer.objects.select_related("instance").get(pk=timer_id)
    instance = lock(timer.instance)
    timer = Timer.objects.select_related("step").get(pk=timer_id)
    if timer.state != TimerState.SET or timer.fires_at > now or instance.state != InstanceState.RUNNING:
        return 0
    timer.state, timer.fired_at = TimerState.FIRED, now
    timer.save(update_fields=["state", "fired_at"])
    run = Run.of(instance, now=now)
    token = next((t for t in run.tokens if t.pk == timer.token_id), None)
    if token is not None:
        FIRING[TimerKind(timer.kind)](run, token, timer)
        advance(run)
    return 1


def _boundary(run: Run, token: Token, timer: Timer) -> None:
    """Interrupting: what the activity does is undone and the token leaves by the timer; else another token does."""
    boundary = run.graph.nodes[timer.node_id]
    write_act(
        instance=run.instance, verb=Verb.TIMEOUT, actor=None, now=run.now,
        said=Said(opinion=f"定时“{boundary.title}”到期", node=(boundary.id, boundary.title)),
    )  # fmt: skip
    if boundary.interrupts:
        clear(run, token)
        token.back_to = ""
        run.enter(token, boundary.id)
    else:
        run.enter(run.add_token(boundary.id, like=token), boundary.id)


def _wait(run: Run, token: Token, timer: Timer) -> None:
    if run.node(token).kind is Kind.WAIT:
        leave(run, token)


def _due(run: Run, token: Token, timer: Timer) -> None:
    step = open_step_of(token)
    if step is None or step.state != StepState.OPEN or step.pk != timer.step_id:
        return
    step.instance = run.instance
    policy = handling_of(run.graph.nodes[step.node_id]).timeout
    POLICIES[TimeoutPolicy(policy)](run, token, step)


def _retry(run: Run, token: Token, timer: Timer) -> None:
    write_act(
        instance=run.instance, verb=Verb.RETRY, actor=None, now=run.now,
        said=Said(node=(timer.node_id, run.node(token).title)),
    )  # fmt: skip
    try_again(run, token)


FIRING: dict[TimerKind, Callable[[Run, Token, Timer], None]] = {
    TimerKind.BOUNDARY: _boundary, TimerKind.WAIT: _wait, TimerKind.DUE: _due, TimerKind.RETRY: _retry,
}  # fmt: skip
