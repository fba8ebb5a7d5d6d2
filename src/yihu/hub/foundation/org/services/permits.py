"""What every verb asks first: may this person do it, to something of that office; and how it is written down."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.catalogue import permission_name
from yihu.hub.foundation.org.models import Office, User


class OutOfReachError(UnableTo):
    """The actor's posts do not carry the verb for this office."""


def permit(actor: User | None, permission: str, office: Office | None) -> None:
    """
    Refuse an actor whose posts do not carry the permission for the office (None: for every office).

    :param actor: None for the machine itself: the command line, a job, the first installation
    :raises OutOfReachError: no such permission, or not for that office
    """
    if actor is None:
        return
    if not actor.holds(permission):
        raise OutOfReachError(f"您的岗位没有“{permission_name(permission)}”的权限，请联系管理员")
    wanted = [office] if office else _top_offices()
    if not all(actor.reaches(permission, one) for one in wanted):
        where = f"{office.name}（{office.code}）" if office else "全部机关"
        raise OutOfReachError(f"{where}不在您的管辖范围内，请由其上级机关的管理员办理")


def _top_offices() -> list[Office]:
    """Whoever reaches these reaches the whole installation."""
    tops = list(Office.objects.filter(parent=None, merged_into=None))
    highest = min((top.level for top in tops), default=None)
    return [top for top in tops if top.level == highest]


def permit_self_or(actor: User | None, user: User, permission: str) -> None:
    """Everybody may act for themselves; for others only within reach."""
    if actor is not None and actor.pk != user.pk:
        permit(actor, permission, user.office)


def day_of(now: datetime) -> date:
    """The day in the country's time zone."""
    return timezone.localdate(now)


def write(
    *,
    verb: str,
    actor: User | None,
    target: str,
    name: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Record a verb with what was and what is; the machine itself acts as 系统."""
    who = {"actor": actor} if actor is not None else {"username": "系统"}
    record(
        verb=verb, request=current_request(), target=target, target_name=name, purpose=reason, before=before,
        after=after, **who,
    )  # fmt: skip
