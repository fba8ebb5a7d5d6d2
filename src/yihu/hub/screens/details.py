"""Detail screens: a head that answers who, state and next act; then tabs, each an address of its own."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from yihu.hub.screens.pages import Fact, Mark, Page, Tab


@dataclass(frozen=True, slots=True)
class DetailScreen:
    """The head and the tabs of one thing; the first tab is shown when the address names none."""

    facts: tuple[Fact, ...]
    tabs: tuple[Tab, ...]
    mark: Mark | None = None


def current_tab(request: HttpRequest, screen: DetailScreen) -> Tab:
    """
    The tab that `?tab=` names.

    :raises Http404: there is no such tab
    """
    key = request.GET.get("tab", screen.tabs[0].key)
    found = next((tab for tab in screen.tabs if tab.key == key), None)
    if found is None:
        raise Http404
    return found


def respond_with_detail(
    request: HttpRequest, page: Page, screen: DetailScreen, *, body: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Show the detail with `body`, the template of the tab's content."""
    shown = {"page": page, "screen": screen, "tab": current_tab(request, screen), "body": body}
    return render(request, "screens/detail.html", {**shown, **(context or {})})
