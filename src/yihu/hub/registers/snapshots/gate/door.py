"""The way into every page that shows taxpayers: permitted, scoped, and on one whole snapshot."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yihu.hub.base.access import requires
from yihu.hub.registers.snapshots.compute import NoSnapshotError
from yihu.hub.registers.snapshots.gate.purpose import PurposeNeededError, ask
from yihu.hub.registers.snapshots.selectors import Desk

P = ParamSpec("P")
D = TypeVar("D", bound=Desk)
DeskView = Callable[Concatenate[HttpRequest, D, P], HttpResponseBase]


def at_desk(
    permission: str, kind: type[D], reads: str = "household"
) -> Callable[[DeskView[D, P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Give the view a desk; without a snapshot show how to make one. Whoever stands here reads taxpayer data."""

    def decorate(view: DeskView[D, P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @requires(permission, reads=reads)
        @wraps(view)
        def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                desk = kind.of(request.user, permission)
            except NoSnapshotError:
                part = "no_snapshot_part" if is_fragment(request) else "no_snapshot"
                return render(request, f"snapshots/{part}.html")
            try:
                return view(request, desk, *args, **kwargs)
            except PurposeNeededError as needed:
                return ask(request, needed)

        return enter

    return decorate


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page (a restored history entry needs the whole)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def page(request: HttpRequest, template: str, desk: Desk, context: dict[str, Any]) -> HttpResponse:
    """Render with what every such page shows: the snapshot it is of."""
    return render(request, template, {"snapshot": desk.snapshot, **context})
