"""The catalogue, one indicator, and the households at its suspicious end."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from yihu.hub.base.access import requires
from yihu.hub.registers.snapshots.api import Desk, NoSnapshotError, Snapshot, WorklistFilter, open_current
from yihu.hub.registers.snapshots.gate.door import at_desk, is_fragment, page
from yihu.hub.subsystems.indicators.choices import WINDOWS, Direction, Gap, Sort, Use
from yihu.hub.subsystems.indicators.compute import find_entry, list_entries, list_extremes, list_peers
from yihu.hub.subsystems.indicators.forms import read_catalogue

EXTREMES = 20


@requires("indicators.view")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every indicator with its distribution, filtered by the address; htmx gets the list alone."""
    snapshot = _find_snapshot()
    asked = read_catalogue(request.GET)
    entries = list_entries(snapshot)
    listed = {
        "snapshot": snapshot,
        "asked": asked,
        "entries": asked.order([entry for entry in entries if asked.holds(entry)]),
        "total": len(entries),
    }
    if is_fragment(request):
        return render(request, "indicators/rows.html", listed)
    return render(request, "indicators/catalogue.html", {**listed, **_filter_choices(entries)})


@requires("indicators.view")
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: words, formula, law, distribution by peer group, stability, users."""
    snapshot = _find_snapshot()
    entry = find_entry(snapshot, code)
    if entry is None:
        raise Http404("没有这个指标")
    peers = list_peers(snapshot, code) if snapshot else []
    context = {
        "snapshot": snapshot,
        "entry": entry,
        "peers": peers,
        "told": entry.told,
        "direction": Direction(entry.item.direction).label,
        "may_see_households": request.user.holds("household.view"),  # type: ignore[union-attr]
    }
    return render(request, "indicators/indicator.html", context)


@at_desk("household.view", Desk, reads="worklist")
def households(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The households within the reader's scope that stand at the indicator's suspicious end."""
    entry = find_entry(desk.snapshot, code)
    if entry is None:
        raise Http404("没有这个指标")
    lowest = request.GET.get("end", "low" if entry.item.direction == Direction.LOW else "high") == "low"
    rows = list_extremes(desk.snapshot, code, WorklistFilter(**desk.bounds), lowest=lowest, limit=EXTREMES)
    return page(request, "indicators/households.html", desk, {"entry": entry, "rows": rows, "lowest": lowest})


def _find_snapshot() -> Snapshot | None:
    try:
        return open_current()
    except NoSnapshotError:
        return None


def _filter_choices(entries: list[Any]) -> dict[str, Any]:
    sources = {table: name for entry in entries for table, name in zip(entry.item.tables, entry.sources, strict=True)}
    return {
        "themes": list(dict.fromkeys(entry.item.theme for entry in entries)),
        "windows": WINDOWS,
        "directions": Direction.choices,
        "sources": sorted(sources.items()),
        "uses": Use.choices,
        "gaps": Gap.choices,
        "sorts": Sort.choices,
    }
