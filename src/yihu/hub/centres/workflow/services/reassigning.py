"""Managers put a stuck instance right: another person, one person fewer, another try."""

from datetime import datetime

from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.choices import AssignmentState, TokenState, Verb
from yihu.hub.centres.workflow.models import Assignment, Incident, Instance
from yihu.hub.centres.workflow.selectors.candidates import able
from yihu.hub.centres.workflow.selectors.standing import bars_initiator, manages
from yihu.hub.centres.workflow.services.flow import advance
from yihu.hub.centres.workflow.services.incidents import try_again
from yihu.hub.centres.workflow.services.locking import check_running, lock, lock_for
from yihu.hub.centres.workflow.services.places import close, open_ready, table_of
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.verbs.handing import hand_on
from yihu.hub.foundation.org.api import User


@transaction.atomic
def reassign(
    *, assignment: Assignment, receiver: User, actor: User | None, now: datetime, opinion: str, permitted: bool = False
) -> Instance:
    """
    Give somebody's open or waiting place to somebody else.

    :param permitted: the calling room has asked whether the actor may
    :raises UnableToActError: BPM-541, 503, 502, 511, 513, 514, 518, 525
    """
    with as_system("流程改派"):
        own = lock_for(assignment)
        instance = own.step.instance
        if not permitted and not manages(actor, instance):
            raise UnableToActError("BPM-541")
        check_running(instance)
        _check_receiver(own, receiver, instance, now)
        if not opinion.strip():
            raise UnableToActError("BPM-511", what=Verb.REASSIGN.label)
        run = Run.of(instance, now=now, actor=actor)
        said = Said(opinion=opinion.strip(), people=(receiver,), on_behalf_of=own.assignee)
        write_act(instance=instance, verb=Verb.REASSIGN, actor=actor, now=now, step=own.step, assignment=own, said=said)
        own.verdict, own.opinion, own.acted_by = Verb.TRANSFER, opinion.strip()[:2000], actor
        close(run, own, AssignmentState.DONE)
        hand_on(own, receiver)
        open_ready(run, table_of(own.step))
        instance.save()
        return instance


def _check_receiver(own: Assignment, receiver: User, instance: Instance, now: datetime) -> None:
    if not own.is_pending:
        raise UnableToActError("BPM-502", what=own.get_state_display())
    if receiver.pk == own.assignee_id:
        raise UnableToActError("BPM-513", what=f"{Verb.REASSIGN.label}回")
    if receiver.pk == instance.initiator_id and bars_initiator(instance, own.step.node_id):
        raise UnableToActError("BPM-525", what=receiver.display_name)
    if own.step.assignments.filter(assignee=receiver, state__in=["OPEN", "WAITING"]).exists():
        raise UnableToActError("BPM-514", what=receiver.display_name)
    if not able([receiver.pk], instance, day=Run(instance, now).day):
        raise UnableToActError("BPM-518", what=receiver.display_name)


@transaction.atomic
def retry_incident(*, incident: Incident, actor: User | None, now: datetime) -> Instance:
    """
    Let a token that stands still try its node once more; a failure leaves another incident.

    :raises UnableToActError: BPM-541, 503, 543
    """
    with as_system("流程异常重试"):
        instance = lock(incident.instance)
        if not manages(actor, instance):
            raise UnableToActError("BPM-541")
        check_running(instance)
        run = Run.of(instance, now=now)
        token = next((t for t in run.tokens if t.pk == incident.token_id and t.state == TokenState.STUCK), None)
        if token is None or Incident.objects.filter(pk=incident.pk, resolved_at__isnull=False).exists():
            raise UnableToActError("BPM-543")
        node = run.node(token)
        write_act(instance=instance, verb=Verb.RETRY, actor=actor, now=now, said=Said(node=(node.id, node.title)))
        try_again(run, token)
        advance(run)
        return instance
