"""
The one place where nothing slips past the log.

A view that declares what taxpayer data it reads, and every request that may change something, leaves a record: the one
the view or its service wrote, else one written here before the answer goes out. When the log has stood still for longer
than its grace, requests that may change something are refused.
"""

import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from yihu.hub.base.access import SIGNED, declared, is_unrecorded, reads_of
from yihu.hub.foundation.audit.selectors.state import LogState, log_state
from yihu.hub.foundation.audit.services.recording import record

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
ASKED_EVERY_SECONDS = 5.0
# People must be able to sign in to see what is wrong.
ALWAYS_OPEN = ("/account/", "/identity/")
# What names the object read, in the order of preference.
NAMING = (("reference", "household"), ("natural_person_id", "person"), ("batch_id", "batch"))
# The same for a program that calls the exchange (RFC 9457).
SHUT = {
    "type": "/api/exchange/v1/document#EXC-051", "title": "暂停受理", "status": 503, "code": "EXC-051",
    "detail": "系统日志正在恢复，暂不接受变更", "advice": "按 Retry-After 的秒数等待后重试。",
}  # fmt: skip


class LogMiddleware:
    """Records what no view recorded; refuses changes while the log is shut."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._state: LogState | None = None
        self._asked = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.recorded = None
        request.reads = ""
        response = self.get_response(request)
        if request.recorded is None:
            self._record(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        request.reads = reads_of(view)
        if is_unrecorded(view):
            request.recorded = False
        request.read_target = next((f"{k}:{kwargs[name]}" for name, k in NAMING if name in kwargs), "")
        if request.method in SAFE or request.path.startswith(ALWAYS_OPEN) or not self._is_shut():
            return None
        number = getattr(request, "number", "")
        if declared(view) == SIGNED:
            return JsonResponse(
                SHUT | {"trace": number}, status=503, content_type="application/problem+json",
                headers={"Retry-After": "60"},
            )  # fmt: skip
        return render(request, "audit/shut.html", {"number": number}, status=503)

    def _record(self, request: HttpRequest, response: HttpResponse) -> None:
        if request.method not in SAFE:
            record(
                verb="form.submit",
                request=request,
                target=f"page:{request.path}",
                detail={"status": response.status_code},
            )
        elif request.reads and response.status_code < 300:
            record(
                verb=f"{request.reads}.view",
                request=request,
                target=request.read_target,
                detail={"path": request.path, "query": request.GET.urlencode()[:500]},
            )

    def _is_shut(self) -> bool:
        now = time.monotonic()
        if self._state is None or now - self._asked > ASKED_EVERY_SECONDS or self._state.is_shut:
            try:
                self._state, self._asked = log_state(), now
            except DatabaseError:
                # The view itself will fail on the same database and say so.
                return False
        return self._state.is_shut
