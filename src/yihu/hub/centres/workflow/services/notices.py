"""Telling people: assigned, urged, sent back, ended. Wording stands in `notices.yaml`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from yihu.hub.centres.workflow.models import Assignment, Instance
from yihu.hub.centres.workflow.services.todos import address_of
from yihu.hub.foundation.notices.api import notify
from yihu.hub.foundation.org.api import User


def arrived(assignment: Assignment, instance: Instance, *, sent_back: tuple[str, str] | None, now: datetime) -> None:
    """Something waits for the assignee; `sent_back` says by whom and why it came back."""
    node = assignment.step.name
    if sent_back is None:
        _tell(assignment.assignee, "workflow.assigned", instance, now, node=node)
    else:
        by, opinion = sent_back
        _tell(assignment.assignee, "workflow.returned", instance, now, node=node, by=by, opinion=opinion)


def urged(instance: Instance, assignment: Assignment, *, actor: User, opinion: str, now: datetime) -> None:
    """Somebody asks the assignee to hurry."""
    _tell(
        assignment.assignee, "workflow.urged", instance, now, node=assignment.step.name, by=actor.display_name,
        opinion=opinion or "请尽快办理",
    )  # fmt: skip


def overdue(assignment: Assignment, *, now: datetime) -> None:
    """The limit of the step has passed."""
    _tell(assignment.assignee, "workflow.overdue", assignment.step.instance, now, node=assignment.step.name)


def ended(instance: Instance, *, now: datetime) -> None:
    """The initiator learns how it ended, unless a room with a page of its own tells them."""
    if instance.subject_url or instance.root_id is not None:
        return
    _tell(instance.initiator, "workflow.ended", instance, now, state=instance.get_state_display())


def stuck(instance: Instance, people: Iterable[User], *, node: str, reason: str, now: datetime) -> None:
    """The managers learn that it stands still."""
    for person in people:
        _tell(person, "workflow.incident", instance, now, node=node, reason=reason)


def _tell(receiver: User, template: str, instance: Instance, now: datetime, **more: Any) -> None:
    context = {"title": instance.subject_title, "number": instance.subject_number, **more}
    notify(
        receiver=receiver, template=template, context=context, url=address_of(instance),
        about=f"process:{instance.pk}", now=now,
    )  # fmt: skip
