"""What every verb of people asks first, and how it is written down."""

from collections.abc import Mapping
from typing import Any

from yihu.hub.base.requests import current_request
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import Office, User, permission_name


def permit(actor: User, permission: str, office: Office) -> None:
    """
    Refuse an actor whose posts do not carry the permission for the owner office.

    :raises UnableToExchangeError: no such permission, or not for that office
    """
    if not actor.holds(permission):
        raise UnableToExchangeError(f"您的岗位没有“{permission_name(permission)}”的权限，请联系管理员。")
    if not actor.reaches(permission, office):
        raise UnableToExchangeError(f"{office.name}（{office.code}）不在您的管辖范围内，请由其上级机关办理。")


def write(
    *,
    verb: str,
    actor: User | None,
    system: OutsideSystem,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Record a verb about a system in the log centre."""
    who = {"actor": actor} if actor is not None else {"username": "系统"}
    record(
        verb=verb, request=current_request(), target=f"outside-system:{system.code}", target_name=system.name,
        purpose=reason, detail=detail, before=before, after=after, **who,
    )  # fmt: skip
