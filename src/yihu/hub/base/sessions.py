"""A session ends after an hour without a request, and after ten hours whatever happens."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

BEGAN, SEEN = "began", "seen"
# Writing the session at every request would cost a database write a page.
RENEW_SECONDS = 60


class SessionLimitMiddleware:
    """Signs out whoever was idle or signed in for too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _limit(request, now=int(time.time()))
        return self.get_response(request)


def _limit(request: HttpRequest, *, now: int) -> None:
    session = request.session
    began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
    if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_LONGEST_SECONDS:
        logout(request)
    elif now - seen > RENEW_SECONDS:
        session[SEEN] = now
