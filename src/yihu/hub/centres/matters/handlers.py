"""What bundles may name: prefills of forms and handlers of service tasks, each one call."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from yihu.hub.centres.matters.api import (
    case_of,
    issue_letters,
    register_check,
    register_handler,
    register_prefill,
    send_notices,
)
from yihu.hub.foundation.org.api import UnableToTakeLeaveError, User, check_free, find_office, take_leave


def register() -> None:
    """Called once when the program starts."""
    for key, prefill in PREFILLS.items():
        register_prefill(key, prefill)
    for key, handler in HANDLERS.items():
        register_handler(key, handler)
    register_check("org.leave", check_leave)


def _office_of(taxpayer: Any) -> str:
    office = find_office(taxpayer.office_code) if taxpayer else None
    return office.name if office else ""


PREFILLS = {
    "applicant.name": lambda *, actor, taxpayer, now: actor.display_name,
    "applicant.username": lambda *, actor, taxpayer, now: actor.username,
    "applicant.post": lambda *, actor, taxpayer, now: actor.post_title,
    "applicant.office": lambda *, actor, taxpayer, now: actor.office_title,
    "applicant.office_code": lambda *, actor, taxpayer, now: actor.office.code,
    "today": lambda *, actor, taxpayer, now: timezone.localtime(now).date().isoformat(),
    "taxpayer.name": lambda *, actor, taxpayer, now: taxpayer.name if taxpayer else None,
    "taxpayer.number": lambda *, actor, taxpayer, now: taxpayer.number if taxpayer else None,
    "taxpayer.office": lambda *, actor, taxpayer, now: _office_of(taxpayer),
    "taxpayer.status": lambda *, actor, taxpayer, now: taxpayer.status_code if taxpayer else None,
}


def letters(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """Issue the letters whose `at` names the task."""
    case = case_of(instance)
    if case is not None:
        issue_letters(case, node.id, now=now)


def notices(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """Send the messages whose `at` names the task."""
    case = case_of(instance)
    if case is not None:
        send_notices(case, node.id, now=now)


def leave(*, instance: Any, node: Any, data: Mapping[str, Any], now: datetime) -> None:
    """
    Register the applicant's leave from `start` to `end` with the `substitute` of the form.

    :raises UnableToTakeLeaveError: the days overlap another leave, or somebody relies on the applicant in them
    """
    substitute = User.objects.filter(username=data.get("substitute") or "", is_active=True).first()
    take_leave(
        actor=None, now=now, user=instance.initiator, valid_from=date.fromisoformat(data["start"]),
        valid_to=_day_after(data["end"]), substitute=substitute,
        takes_present_tasks=substitute is not None, reason=instance.subject_number,
    )  # fmt: skip


def check_leave(*, actor: Any, data: Mapping[str, Any], taxpayer: Any, now: datetime) -> tuple[str, str, str] | None:
    """Whether the applicant can be away from `start` to `end`, as (code, field, words) of what stands against it."""
    try:
        check_free(user=actor, valid_from=date.fromisoformat(data["start"]), valid_to=_day_after(data["end"]))
    except UnableToTakeLeaveError as error:
        return "QJ-101", "start", str(error)
    return None


def _day_after(day: str) -> date:
    return date.fromisoformat(day) + timedelta(days=1)


HANDLERS = {"matters.letters": letters, "matters.notices": notices, "org.take_leave": leave}
