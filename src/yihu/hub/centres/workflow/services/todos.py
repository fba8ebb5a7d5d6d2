"""The door to the tasks centre and to notices: every open assignment is one to-do, in the same transaction."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse

from yihu.hub.centres.workflow.choices import AssignmentState, Verb
from yihu.hub.centres.workflow.models import Assignment, Instance
from yihu.hub.foundation.org.api import User

SOURCE = "workflow"
COPY_KEY = "copy-{}"


def put(
    assignment: Assignment, *, instance: Instance, stamp: int, now: datetime, low_risk: bool, amount: Decimal | None
) -> None:
    """Put the to-do of an assignment that has just been opened on its assignee's list."""
    step = assignment.step
    tasks().put_todo(
        source=SOURCE, key=str(assignment.pk), receiver=assignment.assignee, node=step.name, due_at=step.due_at,
        low_risk=low_risk, amount=amount, stamp=stamp, now=now, **_described(instance),
    )  # fmt: skip


def put_copy(instance: Instance, receiver: User, *, stamp: int, now: datetime) -> None:
    """Put a copy on somebody's list."""
    api = tasks()
    api.put_todo(
        source=SOURCE, key=COPY_KEY.format(instance.pk), receiver=receiver, state=api.COPY, stamp=stamp, now=now,
        **_described(instance),
    )  # fmt: skip


def settle(assignment: Assignment, *, stamp: int, now: datetime) -> None:
    """End the to-do of an assignment that is open no more."""
    api = tasks()
    is_done = assignment.state == AssignmentState.DONE
    verdict = Verb(assignment.verdict).label if assignment.verdict else ""
    api.settle_todo(
        source=SOURCE, key=str(assignment.pk), receiver=assignment.assignee, verdict=verdict, stamp=stamp, now=now,
        state=api.DONE if is_done else api.WITHDRAWN,
    )  # fmt: skip


def settle_instance(instance: Instance, *, stamp: int, now: datetime) -> None:
    """The whole is over: what was done becomes finished. A called process ends with its caller."""
    if instance.root_id is None:
        api = tasks()
        api.settle_all(
            source=SOURCE, case_number=instance.subject_number, verdict=instance.get_state_display(), stamp=stamp,
            now=now,
        )  # fmt: skip


def tasks() -> Any:
    from yihu.hub.centres.tasks import api

    return api


def address_of(instance: Instance) -> str:
    """Where the instance is handled: its subject's page, or its own."""
    if instance.subject_url:
        return instance.subject_url
    try:
        return reverse("workflow:instance", args=[instance.pk])
    except NoReverseMatch:
        return ""


def _described(instance: Instance) -> dict[str, Any]:
    return {
        "title": instance.subject_title, "kind": instance.version.name, "url": address_of(instance),
        "case_number": instance.subject_number, "taxpayer_number": instance.taxpayer_number,
        "office_code": instance.office_code, "label": instance.label, "initiator": instance.initiator,
    }  # fmt: skip
