"""Detail screens: a head that answers who, state and next act; then tabs, each a list with an address of its own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yihu.hub.screens.history import history_of
from yihu.hub.screens.lists import ListScreen, respond_with_list
from yihu.hub.screens.pages import Fact, Mark, Page, Tab

HISTORY = Tab("history", "变更历史")
Part = tuple[ListScreen, Callable[[], QuerySet]]


@dataclass(frozen=True, slots=True)
class DetailHead:
    """The head and the tabs of one thing; the first tab is shown when the address names none."""

    facts: tuple[Fact, ...]
    tabs: tuple[Tab, ...]
    mark: Mark | None = None


def current_tab(request: HttpRequest, head: DetailHead) -> Tab:
    """
    The tab that `?tab=` names.

    :raises Http404: there is no such tab
    """
    key = request.GET.get("tab", head.tabs[0].key)
    found = next((tab for tab in head.tabs if tab.key == key), None)
    if found is None:
        raise Http404
    return found


def respond_with_detail(
    request: HttpRequest,
    page: Page,
    head: DetailHead,
    parts: Mapping[str, Part],
    *,
    record_export: Callable[[str, int], object],
    context: dict[str, Any] | None = None,
    history: Callable[[], Iterable[QuerySet]] | None = None,
) -> HttpResponseBase:
    """
    Show the detail with the list of the tab asked for.

    :param parts: by tab, its list and how to read its rows
    :param context: more for `screens/detail.html`; `body` replaces the list by another template
    :param history: the rows whose changes the last tab tells, of models that keep history
    """
    if history is not None:
        head = replace(head, tabs=(*head.tabs, HISTORY))
    tab = current_tab(request, head)
    shown = {"head": head, "tab": tab, "body": "screens/part.html", **(context or {})}
    if tab is HISTORY and history is not None:
        shown |= {"body": "screens/history.html", "history": history_of(history())}
    if tab.key not in parts:
        return render(request, "screens/detail.html", {"page": page, **shown})
    screen, rows = parts[tab.key]
    return respond_with_list(
        request, page, screen, rows(), record_export=record_export, template="screens/detail.html", context=shown
    )
