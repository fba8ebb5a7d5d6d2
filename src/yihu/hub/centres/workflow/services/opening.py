"""A token reaches a user task: find the people, open the step."""

from collections.abc import Sequence
from datetime import datetime

from yihu.hub.centres.workflow.catalogue.graph import Handling, Kind, Node
from yihu.hub.centres.workflow.catalogue.registries import tell
from yihu.hub.centres.workflow.choices import EmptyPolicy, Mode, StepState, TimerKind, TokenState, Verb
from yihu.hub.centres.workflow.models import Assignment, Step, Token
from yihu.hub.centres.workflow.selectors.candidates import Found, able, find_people
from yihu.hub.centres.workflow.selectors.working_time import due_after
from yihu.hub.centres.workflow.services.incidents import stand_still
from yihu.hub.centres.workflow.services.moving import finish_activity
from yihu.hub.centres.workflow.services.places import open_ready, table_of
from yihu.hub.centres.workflow.services.recording import Said, write_act
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.run import Run
from yihu.hub.centres.workflow.services.timing import UntimelyError, set_boundaries, set_timer
from yihu.hub.foundation.org.api import User
from yihu.kit.work_calendar import UnknownCalendarYearError

AS_INITIATOR = Handling(fields=("*",), verbs=(Verb.AGREE, Verb.CARBON_COPY))


def open_task(run: Run, token: Token, node: Node) -> None:
    """Open a step for its people; without people the policy of the task says what happens."""
    found = _people(run, node)
    if found.policy is EmptyPolicy.SKIP:
        _skip(run, token, node, found.note)
    elif found.policy is EmptyPolicy.REFUSE and run.actor is not None:
        raise UnableToActError("BPM-505", what=node.title)
    elif not found.people:
        stand_still(run, token, "BPM-410", f"环节“{node.title}”找不到办理人，也没有可以接手的流程管理人")
    else:
        _open(run, token, node, found)


def handling_of(node: Node) -> Handling:
    """How a step at a node is handled; at the start event it is the initiator's."""
    return node.handling or AS_INITIATOR


def _people(run: Run, node: Node) -> Found:
    named = run.people.pop(node.id, None)
    if named is not None:
        people = able(named, run.instance, day=run.day)
        if people:
            return Found(tuple(people))
    if node.kind is Kind.START:
        return Found((run.instance.initiator,))
    return find_people(run.instance, node, day=run.day)


def _open(run: Run, token: Token, node: Node, found: Found) -> None:
    handling = handling_of(node)
    try:
        due_at = due_after(run.now, handling.due) if handling.due else None
        set_boundaries(run, token, node)
    except (UnknownCalendarYearError, UntimelyError) as error:
        if run.actor is not None:
            raise UnableToActError("BPM-520", what=error) from error
        stand_still(run, token, "BPM-520", str(error))
        return
    step = _make_step(run, token, node, handling, due_at, found.note)
    _seat(step, found.people, handling.mode)
    run.rest(token, TokenState.WORKING)
    if due_at is not None:
        set_timer(run, token, TimerKind.DUE, node.id, due_at, step=step)
    tell("step_opened", step, run.now)
    open_ready(run, table_of(step))


def _make_step(
    run: Run, token: Token, node: Node, handling: Handling, due_at: datetime | None, note: str,
    state: StepState = StepState.OPEN,
) -> Step:  # fmt: skip
    rounds = run.instance.passed.get(node.id, 1)
    name = "发起人修改" if node.kind is Kind.START else node.title
    return Step.objects.create(
        instance=run.instance, token=token, node_id=node.id, name=name, round=max(rounds, 1), mode=handling.mode,
        percent=handling.percent, state=state, note=note[:200], opened_at=run.now, due_at=due_at,
    )  # fmt: skip


def _seat(step: Step, people: Sequence[User], mode: Mode) -> None:
    Assignment.objects.bulk_create(
        [
            Assignment(step=step, assignee=person, seat=n, turn=n if mode is Mode.SEQUENCE else 0)
            for n, person in enumerate(people, start=1)
        ]
    )


def _skip(run: Run, token: Token, node: Node, note: str) -> None:
    step = _make_step(run, token, node, handling_of(node), None, note, StepState.SKIPPED)
    step.closed_at = run.now
    step.save(update_fields=["closed_at"])
    write_act(instance=run.instance, verb=Verb.SKIP, actor=None, now=run.now, step=step, said=Said(opinion=note))
    finish_activity(run, token, Verb.AGREE)
