"""What the pages share: finding a row within reach, the way back, records of exports."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.selectors.systems import list_systems
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.pages import Act, Crumb

TOP = "接入系统"


def one_of(rows: QuerySet, **which: Any) -> Any:
    """
    The row, when it is within reach.

    :raises Http404: unknown or beyond reach, which look the same
    """
    found = rows.filter(**which).first()
    if found is None:
        raise Http404
    return found


def system_of(request: HttpRequest, permission: str, code: str) -> OutsideSystem:
    """A system within the reader's reach by a permission."""
    return one_of(list_systems(request.user, permission), code=code)


def way(*further: Crumb) -> tuple[Crumb, ...]:
    """The way back to the list, and on."""
    return (Crumb(TOP, reverse("exchange:systems")), *further)


def to_system(system: OutsideSystem) -> Crumb:
    return Crumb(system.name, reverse("exchange:system", args=[system.code]))


def may(request: HttpRequest, permission: str, system: OutsideSystem) -> bool:
    """Whether the reader may act on a system, for buttons; the service asks again."""
    return request.user.holds(permission) and request.user.reaches(permission, system.office)


def button(title: str, name: str, *args: Any, **look: Any) -> Act:
    return Act(title, reverse(f"exchange:{name}", args=args), **look)


def recorder(request: HttpRequest, thing: str, title: str) -> Callable[[str, int], object]:
    """Records an export of a list before the file leaves."""

    def write(kind: str, rows: int) -> object:
        return record(
            verb=f"{thing}.export", request=request, target=f"page:{request.path}", target_name=f"{title} {rows} 行",
            detail={"rows": rows, "kind": kind, "query": request.GET.urlencode()},
        )  # fmt: skip

    return write
