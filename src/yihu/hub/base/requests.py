"""What is known about a request: its number, where it came from, how long it took."""

import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yihu.kit.masks import veil

log = structlog.get_logger("yihu.request")
_current: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


def current_request() -> HttpRequest | None:
    """The request being answered, for what records an act without being handed the request; None in a job."""
    return _current.get()


def client_address(request: HttpRequest) -> str:
    """
    The address of the caller, "" when there is none.

    What a proxy says is taken only from a trusted one, and only the last entry: the proxy itself wrote that, all
    before it can be made up by the caller.
    """
    nearest = _address(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY and (nearest in settings.TRUSTED_PROXIES or not nearest):
        said = _address(request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1])
        return said or nearest
    return nearest


def _address(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return ""


class RequestLogMiddleware:
    """Numbers each request, puts the number into logs, error pages and the answer, and logs one line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = secrets.token_hex(4).upper()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request.number)
        began = time.perf_counter()
        token = _current.set(request)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = request.number
        # The query string may hold a taxpayer's name: it stays out of the log.
        log.info(
            "request",
            method=request.method,
            # Somebody may have typed a number where a household belongs.
            path=veil(request.path),
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000, 1),
            user=getattr(getattr(request, "user", None), "pk", None),
        )
        return response
