"""What stands around every operation: it is declared as signed, and each request leaves one line in the log."""

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja.operation import PathView

from yihu.hub.base.access import signed_only, unrecorded
from yihu.hub.base.requests import client_address
from yihu.hub.centres.exchange.choices import Direction
from yihu.hub.centres.exchange.endpoints.faults import problem
from yihu.hub.centres.exchange.services.passages import may_log_refusal, note_passage
from yihu.hub.centres.exchange.services.signed import Passing, Signed, passing_of

# Refusals of these ends are answered to somebody who proved nothing.
UNPROVEN = frozenset({401, 405, 413})


def is_signed(view: PathView) -> bool:
    """Whether every operation of an address asks for a signature, and nothing else would let anybody in."""
    return all(len(one.auth_callbacks) == 1 and isinstance(one.auth_callbacks[0], Signed) for one in view.operations)


def passing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap an address whose operations are all signed."""

    def pass_through(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        began = time.perf_counter()
        answer = view(request, *args, **kwargs)
        if answer.status_code == 405:
            allowed = answer["Allow"]
            answer = problem(request, "EXC-031", f"这个地址只支持 {allowed}")
            answer["Allow"] = allowed
        answer["Cache-Control"] = "no-store"
        _note(request, answer, int((time.perf_counter() - began) * 1000))
        return answer

    pass_through.csrf_exempt = True  # type: ignore[attr-defined]
    return unrecorded(signed_only(pass_through))


def _note(request: HttpRequest, answer: HttpResponse, milliseconds: int) -> None:
    passing = passing_of(request)
    now = timezone.now()
    if passing.system is None:
        # Nobody we know: the request log has a line, the exchange log is about systems.
        return
    if answer.status_code in UNPROVEN and not may_log_refusal(system=passing.system, now=now):
        return
    note_passage(
        system=passing.system, direction=Direction.IN, now=now, path=request.get_full_path(),
        method=(request.method or "")[:10], operation=passing.operation, key_id=passing.key_id,
        status=answer.status_code, code=passing.code, digest=request.headers.get("Content-Digest", "")[:80],
        size=len(request.body), items=passing.items, refused=passing.refused, milliseconds=milliseconds,
        address=client_address(request), trace=getattr(request, "number", ""), note=passing.note,
    )  # fmt: skip


__all__ = ["Passing", "is_signed", "passing"]
