"""The one door for acts on a place: lock, check, do, and let the engine move."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.choices import AssignmentState, InstanceState, Origin, StepState, Verb
from yihu.hub.centres.workflow.models import Assignment, Instance
from yihu.hub.centres.workflow.selectors.standing import granted, is_barred, may_act
from yihu.hub.centres.workflow.services.changing import change_data
from yihu.hub.centres.workflow.services.copying import send_copies
from yihu.hub.centres.workflow.services.flow import advance
from yihu.hub.centres.workflow.services.locking import check_running, lock_for
from yihu.hub.centres.workflow.services.moving import end_instance
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.verbs.deciding import decide
from yihu.hub.centres.workflow.services.verbs.deed import Deed
from yihu.hub.centres.workflow.services.verbs.handing import delegate, transfer
from yihu.hub.centres.workflow.services.verbs.returning import return_to
from yihu.hub.centres.workflow.services.verbs.signing import add_sign, remove_sign
from yihu.hub.centres.workflow.services.verbs.taking_back import take_back
from yihu.hub.foundation.org.api import User

LONGEST_OPINION = 2000
# Whoever says no, sends back or ends it says why.
NEEDS_OPINION = frozenset({Verb.REFUSE, Verb.RETURN_TO, Verb.TERMINATE})


def _copy(deed: Deed) -> None:
    deed.check_people()
    deed.write()
    send_copies(deed.run, deed.people, sender=deed.actor)


def _terminate(deed: Deed) -> None:
    deed.close_own(Verb.TERMINATE)
    deed.write()
    end_instance(deed.run, InstanceState.TERMINATED)


DOING = {
    Verb.AGREE: decide, Verb.REFUSE: decide, Verb.RETURN_TO: return_to, Verb.TRANSFER: transfer,
    Verb.DELEGATE: delegate, Verb.ADD_SIGN: add_sign, Verb.REMOVE_SIGN: remove_sign, Verb.CARBON_COPY: _copy,
    Verb.WITHDRAW: take_back, Verb.TERMINATE: _terminate,
}  # fmt: skip


@transaction.atomic
def act(
    *,
    assignment: Assignment,
    verb: Verb,
    actor: User,
    now: datetime,
    opinion: str = "",
    people: Sequence[User] = (),
    node_id: str = "",
    data: Mapping[str, Any] | None = None,
    channel: str = "",
    revision: int | None = None,
    straight: bool = False,
    place: Origin = Origin.BEFORE,
) -> Instance:
    """
    Do something with one's own place in a step.

    :param people: whom it goes to, or who is added, removed or sent a copy
    :param node_id: where a return leads; the start event's is the initiator
    :param data: fields changed with it; only those the step names
    :param revision: of the data the actor saw; another one now is refused with TASK-012
    :param straight: after a return, come straight back to this step
    :param place: of added signers: before, after or beside
    :raises UnableToActError: refused, nothing has changed; `code` says why
    """
    # What the engine moves for somebody may lie beyond their own rows; what they may do is asked right here.
    with as_system("流程办理"):
        own = lock_for(assignment)
        instance = own.step.instance
        check_running(instance)
        _check_place(own, instance, verb, actor)
        if revision is not None and revision != instance.revision:
            raise UnableToActError("TASK-012")
        if verb in NEEDS_OPINION and not opinion.strip():
            raise UnableToActError("BPM-511", what=verb.label)
        run = Run.of(instance, now=now, actor=actor, channel=channel)
        changes = change_data(instance, own.step, data) if data else None
        deed = _deed(run, verb, own, actor, opinion, people, node_id, straight, place, changes)
        DOING[verb](deed)
        advance(run)
        return instance


def _deed(
    run: Run, verb: Verb, own: Assignment, actor: User, opinion: str, people: Sequence[User], node_id: str,
    straight: bool, place: Origin, changes: dict[str, object] | None,
) -> Deed:  # fmt: skip
    token = next((t for t in run.tokens if t.pk == own.step.token_id), None)
    if token is None:
        raise UnableToActError("BPM-522", what="流程已经汇合或结束")
    if place not in {Origin.BEFORE, Origin.AFTER, Origin.PARALLEL}:
        raise UnableToActError("BPM-524", what="加签方式")
    return Deed(
        run=run, verb=verb, assignment=own, token=token, node=run.graph.nodes[own.step.node_id], actor=actor,
        opinion=opinion.strip()[:LONGEST_OPINION], people=tuple(dict.fromkeys(people)), node_id=node_id,
        straight=straight, place=place, changes=changes,
    )  # fmt: skip


def _check_place(own: Assignment, instance: Instance, verb: Verb, actor: User) -> None:
    """The place is the actor's, it is their turn, and the process grants the verb."""
    if not may_act(actor, own, instance):
        raise UnableToActError("BPM-501", what=own.assignee.display_name)
    if verb not in DOING:
        raise UnableToActError("BPM-510", what=own.step.name, verb=verb.label)
    if verb is Verb.WITHDRAW:
        if own.state != AssignmentState.DONE:
            raise UnableToActError("BPM-522", what="这项办理还没有结论")
        return
    _check_turn(own, verb)
    if verb not in granted(own, instance):
        if own.origin == Origin.DELEGATION:
            raise UnableToActError("BPM-521", what=verb.label)
        raise UnableToActError("BPM-510", what=own.step.name, verb=verb.label)
    if is_barred(actor, own, instance) and verb not in {Verb.TRANSFER, Verb.CARBON_COPY}:
        raise UnableToActError("BPM-517")


def _check_turn(own: Assignment, verb: Verb) -> None:
    if not own.is_pending or own.step.state != StepState.OPEN:
        raise UnableToActError("BPM-502", what=_what_became(own))
    if own.state == AssignmentState.WAITING and verb not in {Verb.REMOVE_SIGN, Verb.CARBON_COPY}:
        raise UnableToActError("BPM-504", what="前面还有人没有办理")


def _what_became(own: Assignment) -> str:
    if own.verdict:
        who = own.acted_by or own.assignee
        return f"{who.display_name} 已{Verb(own.verdict).label}"
    return f"环节{own.step.get_state_display()}"
