"""Taking tokens away with everything that hangs on them: steps, timers, incidents, called processes."""

from collections.abc import Iterable

from yihu.hub.centres.workflow.choices import LIVE, InstanceState, StepState, TimerState, TokenState
from yihu.hub.centres.workflow.models import Incident, Instance, Step, Timer, Token
from yihu.hub.centres.workflow.services.places import table_of, void
from yihu.hub.centres.workflow.services.run import Run


def close_step(run: Run, step: Step, state: StepState, note: str = "") -> None:
    """Close a step; whoever had not decided need not any more."""
    void(run, table_of(step).rows)
    step.state, step.closed_at = state, run.now
    step.note = note or step.note
    step.save(update_fields=["state", "closed_at", "note"])


def open_step_of(token: Token) -> Step | None:
    return Step.objects.filter(token=token, instance=token.instance_id, state=StepState.OPEN).first()


def cancel_timers(token: Token) -> None:
    Timer.objects.filter(token=token, state=TimerState.SET).update(state=TimerState.CANCELLED)


def clear(run: Run, token: Token) -> None:
    """Undo what a token does where it stands; the token itself stays."""
    if token.state == TokenState.WORKING and (step := open_step_of(token)):
        close_step(run, step, StepState.CANCELLED)
    for inner in run.inside(token):
        clear(run, inner)
        run.remove(inner)
    if token.state == TokenState.INSIDE:
        for called in Instance.objects.filter(caller=token, state__in=LIVE).select_related("version"):
            stop(Run.of(called, now=run.now, actor=run.actor), InstanceState.TERMINATED)
    if token.state == TokenState.STUCK:
        Incident.objects.filter(token=token, resolved_at=None).update(resolved_at=run.now)
    cancel_timers(token)


def cancel(run: Run, tokens: Iterable[Token]) -> None:
    """Take tokens away."""
    for token in list(tokens):
        if token in run.tokens:
            clear(run, token)
            run.remove(token)


def stop(run: Run, state: InstanceState, outcome: str = "") -> None:
    """End an instance where it stands; `outcome` is the end event it reached."""
    cancel(run, run.tokens)
    run.queue.clear()
    run.instance.state, run.instance.ended_at = state, run.now
    run.instance.suspended_at, run.instance.outcome = None, outcome or state.value
    run.instance.save()
