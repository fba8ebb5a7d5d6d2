"""Middleware: sessions end by themselves, and what is owed comes before any other page."""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import urlencode

from yihu.hub.base.access import PUBLIC, declared
from yihu.hub.base.requests import client_address
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.choices import Obligation
from yihu.hub.foundation.identity.selectors import find_obligation

BEGAN, SEEN, OWED = "began", "seen", "owed"
# Writing the session at every request would cost a database write a page.
RENEW_SECONDS = 60
SETTLED = ""
# What a page asks by itself is no sign that somebody sits before it.
BACKGROUND = "X-Background"
# Pages by which an obligation is met, or the session left.
OPEN_NAMES = frozenset(
    {
        "account_logout", "account_reauthenticate", "account_change_password", "mfa_index", "mfa_activate_totp",
        "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    }
)  # fmt: skip


class SessionLimitMiddleware:
    """Signs out whoever was idle or signed in for too long, and notes when a session was last seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _limit(request, now=int(time.time()))
        return self.get_response(request)


def _limit(request: HttpRequest, *, now: int) -> None:
    session = request.session
    began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
    idle, long = now - seen > settings.SESSION_IDLE_SECONDS, now - began > settings.SESSION_LONGEST_SECONDS
    known = UserSession.objects.filter(session_key=session.session_key)
    if idle or long:
        reason = "久未操作" if idle else "登录时间已满"
        record(verb="account.end-session", request=request, detail={"reason": reason})
        known.delete()
        logout(request)
    elif now - seen > RENEW_SECONDS and BACKGROUND not in request.headers:
        session[SEEN] = now
        known.update(last_seen_at=timezone.now(), ip=client_address(request) or "0.0.0.0")  # noqa: S104


class ObligationMiddleware:
    """Sends whoever owes a change of password or a second factor to the page where it is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        comes_first = declared(view) != PUBLIC or getattr(view, "settles_first", False)
        if not request.user.is_authenticated or not comes_first:
            return None
        owed = _owed(request)
        if not owed or request.resolver_match.url_name in OPEN_NAMES:
            return None
        messages.warning(request, Obligation(owed).label)
        return _to_settle(request, Obligation(owed))


def _owed(request: HttpRequest) -> str:
    """Looked up once a session, and again until it is settled."""
    if request.session.get(OWED) != SETTLED:
        request.session[OWED] = find_obligation(request.user, now=timezone.now()) or SETTLED
    return request.session[OWED]


def _to_settle(request: HttpRequest, owed: Obligation) -> HttpResponse:
    page = "mfa_index" if owed == Obligation.SECOND_FACTOR else "account_change_password"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = resolve_url(page)
        return response
    back = request.get_full_path() if request.method == "GET" else ""
    return redirect(f"{resolve_url(page)}?{urlencode({'next': back})}" if back and back != "/" else page)
