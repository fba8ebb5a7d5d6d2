"""What the initiator and the managers do to a whole instance."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.choices import AssignmentState, InstanceState, Verb
from yihu.hub.centres.workflow.models import Act, Assignment, Instance
from yihu.hub.centres.workflow.selectors.standing import manages, may_read
from yihu.hub.centres.workflow.services import notices
from yihu.hub.centres.workflow.services.copying import send_copies
from yihu.hub.centres.workflow.services.locking import check_running, lock
from yihu.hub.centres.workflow.services.moving import end_instance
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.foundation.org.api import User

URGED_EVERY = timedelta(hours=1)


@transaction.atomic
def withdraw(*, instance: Instance, actor: User, now: datetime, opinion: str = "", channel: str = "") -> Instance:
    """
    The initiator takes the whole back, whoever is at work on it.

    :raises UnableToActError: BPM-540 not the initiator, BPM-542 it is over or called by another process
    """
    with as_system("流程撤回"):
        held = lock(instance)
        if actor.pk != held.initiator_id:
            raise UnableToActError("BPM-540", what="撤回")
        _check_live(held, "撤回")
        return _end(held, Verb.WITHDRAW, InstanceState.WITHDRAWN, actor, now, opinion, channel)


@transaction.atomic
def terminate(*, instance: Instance, actor: User | None, now: datetime, opinion: str, channel: str = "") -> Instance:
    """
    A manager ends an instance for good.

    :raises UnableToActError: BPM-541, 542, 511 without a reason
    """
    with as_system("流程终止"):
        held = managed(instance, actor)
        _check_live(held, "终止")
        if not opinion.strip():
            raise UnableToActError("BPM-511", what="终止")
        return _end(held, Verb.TERMINATE, InstanceState.TERMINATED, actor, now, opinion, channel)


@transaction.atomic
def urge(*, instance: Instance, actor: User, now: datetime, opinion: str = "") -> int:
    """
    Remind everybody whose turn it is; says how many. Once an hour an instance.

    :raises UnableToActError: BPM-541 neither initiator nor manager, 503, 530 too soon, 531 nobody to urge
    """
    with as_system("流程催办"):
        held = lock(instance)
        if actor.pk != held.initiator_id and not manages(actor, held):
            raise UnableToActError("BPM-541")
        check_running(held)
        last = Act.objects.filter(instance=held, verb=Verb.URGE).order_by("-number").first()
        if last is not None and now < last.at + URGED_EVERY:
            again = timezone.localtime(last.at + URGED_EVERY)
            raise UnableToActError("BPM-530", what=f"{again:%H:%M}")
        waiting = open_assignments(held)
        if not waiting:
            raise UnableToActError("BPM-531")
        people = tuple({a.assignee_id: a.assignee for a in waiting}.values())
        write_act(instance=held, verb=Verb.URGE, actor=actor, now=now, said=Said(opinion=opinion, people=people))
        held.save()
        for one in waiting:
            notices.urged(held, one, actor=actor, opinion=opinion, now=now)
        return len(people)


@transaction.atomic
def copy_to(*, instance: Instance, people: Sequence[User], actor: User, now: datetime, opinion: str = "") -> Instance:
    """
    Somebody who may read the instance lets others read along.

    :raises UnableToActError: BPM-541 may not read it, BPM-512 nobody named
    """
    with as_system("流程抄送"):
        held = lock(instance)
        if not may_read(actor, held):
            raise UnableToActError("BPM-541")
        if not people:
            raise UnableToActError("BPM-512", what="抄送的人员")
        said = Said(opinion=opinion, people=tuple(people))
        write_act(instance=held, verb=Verb.CARBON_COPY, actor=actor, now=now, said=said)
        send_copies(Run(held, now, actor), people, sender=actor)
        held.save()
        return held


def open_assignments(instance: Instance) -> list[Assignment]:
    """Whose turn it is, in the instance itself and in what it called."""
    rows = Assignment.objects.filter(state=AssignmentState.OPEN)
    top = instance.root_id or instance.pk
    rows = rows.filter(step__instance__root=top) | rows.filter(step__instance=top)
    return list(rows.select_related("step__instance__version", "assignee").order_by("id"))


def managed(instance: Instance, actor: User | None) -> Instance:
    """
    The instance, locked, for somebody who manages it.

    :raises UnableToActError: BPM-541
    """
    held = lock(instance)
    if not manages(actor, held):
        raise UnableToActError("BPM-541")
    return held


def _check_live(held: Instance, verb: str) -> None:
    if not held.is_live:
        raise UnableToActError("BPM-542", what=held.get_state_display(), verb=verb)
    if held.caller_id is not None:
        raise UnableToActError("BPM-542", what="由上级流程调用", verb=f"单独{verb}，请对上级流程{verb}")


def _end(
    held: Instance, verb: Verb, state: InstanceState, actor: User | None, now: datetime, opinion: str, channel: str
) -> Instance:
    run = Run.of(held, now=now, actor=actor, channel=channel)
    write_act(
        instance=held, verb=verb, actor=actor, now=now, said=Said(opinion=opinion.strip()[:2000], channel=channel)
    )
    end_instance(run, state)
    held.save()
    return held
