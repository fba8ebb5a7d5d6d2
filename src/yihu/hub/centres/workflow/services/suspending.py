"""An instance that stands still, with all it called, until a manager lets it go on."""

from datetime import datetime

from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.choices import InstanceState, StepState, TimerState, Verb
from yihu.hub.centres.workflow.models import Instance, Timer
from yihu.hub.centres.workflow.services.locking import check_running
from yihu.hub.centres.workflow.services.managing import managed
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.foundation.org.api import User


@transaction.atomic
def suspend(*, instance: Instance, actor: User | None, now: datetime, opinion: str = "") -> Instance:
    """
    Nobody can act and no timer fires until it is resumed, in the instance and in what it called.

    :raises UnableToActError: BPM-541, BPM-503
    """
    with as_system("流程挂起"):
        held = managed(instance, actor)
        check_running(held)
        for one in [held, *_called_with(held)]:
            one.state, one.suspended_at = InstanceState.SUSPENDED, now
            write_act(instance=one, verb=Verb.SUSPEND, actor=actor, now=now, said=Said(opinion=opinion))
            one.save()
        return held


@transaction.atomic
def resume(*, instance: Instance, actor: User | None, now: datetime, opinion: str = "") -> Instance:
    """
    Go on; what was to happen at a time happens later by as long as it stood still.

    :raises UnableToActError: BPM-541, BPM-542 it is not suspended or its caller is
    """
    with as_system("流程恢复"):
        held = managed(instance, actor)
        if held.state != InstanceState.SUSPENDED:
            raise UnableToActError("BPM-542", what=held.get_state_display(), verb="恢复")
        if held.caller is not None and held.caller.instance.state == InstanceState.SUSPENDED:
            raise UnableToActError("BPM-542", what="随上级流程挂起", verb="单独恢复，请恢复上级流程")
        for one in [held, *_called_with(held)]:
            _go_on(one, now)
            write_act(instance=one, verb=Verb.RESUME, actor=actor, now=now, said=Said(opinion=opinion))
            one.save()
        return held


def _called_with(held: Instance) -> list[Instance]:
    """What an instance called, and what that called, as far as it runs or was suspended with it."""
    called = Instance.objects.filter(caller__instance=held, state=held.state, suspended_at=held.suspended_at)
    return [one for each in called.select_related("version", "initiator") for one in (each, *_called_with(each))]


def _go_on(held: Instance, now: datetime) -> None:
    """Running again; times move by as long as it stood still."""
    stood = now - (held.suspended_at or now)
    for timer in Timer.objects.filter(instance=held, state=TimerState.SET):
        timer.fires_at += stood
        timer.save(update_fields=["fires_at"])
    for step in held.steps.filter(state=StepState.OPEN, due_at__isnull=False):
        step.due_at += stood
        step.save(update_fields=["due_at"])
    held.state, held.suspended_at = InstanceState.RUNNING, None
