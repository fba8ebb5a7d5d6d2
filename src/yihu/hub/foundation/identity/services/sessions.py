"""Sessions: noted at sign-in, ended one by one or all together."""

from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record


class UnableToEndSessionError(UnableTo):
    """The session is gone, or another person's."""


@transaction.atomic
def note_sign_in(*, user: Any, request: HttpRequest, factors: list[str]) -> None:
    """Record a sign-in that is complete, and end the oldest sessions above the allowed number."""
    record(verb="account.sign-in", request=request, actor=user, detail={"factors": factors})
    newest = UserSession.objects.filter(user=user).order_by("-created_at", "-pk")
    surplus = [s for s in newest[settings.SESSIONS_AT_ONCE :] if s.session_key != request.session.session_key]
    _end(surplus, request=request, user=user, reason="超过同时登录数")


@transaction.atomic
def end_session(*, user: Any, number: int, request: HttpRequest) -> None:
    """
    End one session of one's own; its next request finds nobody signed in.

    :raises UnableToEndSessionError: there is none of this number
    """
    session = UserSession.objects.filter(user=user, pk=number).first()
    if session is None:
        raise UnableToEndSessionError("这个会话已经结束，请刷新本页。")
    _end([session], request=request, user=user, reason="本人结束")


@transaction.atomic
def end_other_sessions(*, user: Any, request: HttpRequest, reason: str) -> int:
    """End all sessions but the one asking, and what other systems were given; says how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key))
    _end(others, request=request, user=user, reason=reason)
    Token.objects.filter(user=user).delete()
    return len(others)


@transaction.atomic
def end_access(*, user: Any, reason: str) -> None:
    """End all sessions and tokens of somebody who left or was disabled."""
    _end(list(UserSession.objects.filter(user=user)), request=None, user=user, reason=reason)
    Token.objects.filter(user=user).delete()


def _end(sessions: Iterable[UserSession], *, request: HttpRequest | None, user: Any, reason: str) -> None:
    for session in sessions:
        session.end()
        record(
            verb="account.end-session",
            request=request,
            actor=user,
            target=f"account:{user.get_username()}",
            detail={"reason": reason, "address": session.ip},
        )
