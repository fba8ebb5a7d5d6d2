"""What the pages share: records of exports, and days as the clock of the house says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.lists import ListScreen
from yihu.hub.screens.pages import Act, Crumb


def recorder(request: HttpRequest, thing: str, title: str) -> Callable[[str, int], object]:
    """Records an export of a list before the file leaves."""

    def write(kind: str, rows: int) -> object:
        return record(
            verb=f"{thing}.export",
            request=request,
            target=f"page:{request.path}",
            target_name=f"{title} {rows} 行",
            detail={"rows": rows, "kind": kind, "query": request.GET.urlencode()},
        )

    return write


def today() -> date:
    """The day in China."""
    return timezone.localdate()


def act(
    request: HttpRequest, permission: str, title: str, url_name: str, *args: str, **look: object
) -> tuple[Act, ...]:
    """A button, for those who may press it."""
    if not request.user.holds(permission):
        return ()
    return (Act(title, reverse(f"administration:{url_name}", args=args), **look),)


def way(title: str, url_name: str, *args: str) -> Crumb:
    """A step of the way back."""
    return Crumb(title, reverse(f"administration:{url_name}", args=args))


def without_acts_unless(user: Any, permission: str, screen: ListScreen) -> ListScreen:
    """The list, its acts only for those who may act."""
    return screen if user.holds(permission) else replace(screen, row_acts=())
