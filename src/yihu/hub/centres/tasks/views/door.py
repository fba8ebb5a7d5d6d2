"""What the pages share: whose lists, crumbs, records of exports, ticked rows."""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse

from yihu.hub.centres.tasks.selectors.lists import Mine
from yihu.hub.centres.tasks.selectors.people import principals_of
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.pages import Crumb

MOST = 100


def mine_of(request: HttpRequest) -> Mine:
    """The reader's own lists. One query, for whom they stand in."""
    return Mine(request.user, tuple(principals_of(request.user)))


def way(title: str, name: str) -> Crumb:
    return Crumb(title, reverse(f"tasks:{name}"))


def recorder(request: HttpRequest, title: str) -> Callable[[str, int], object]:
    """Records that a list left as a file."""

    def note(kind: str, rows: int) -> object:
        return record(
            verb="todo.export", request=request, target="page:/tasks/", target_name=f"{title} {rows} 件",
            detail={"rows": rows, "kind": kind, "query": request.GET.urlencode()},
        )  # fmt: skip

    return note


def ticked(request: HttpRequest) -> list[int]:
    """Keys of the rows that were ticked, each once, in the order of the page."""
    sent = request.POST.getlist("row")
    return list(dict.fromkeys(int(t) for t in sent if t.isascii() and t.isdigit() and len(t) < 16))
