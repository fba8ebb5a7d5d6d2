"""The catalogue, one indicator, and the households that stand out by it."""

from itertools import chain
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record, record_access
from yihu.hub.registers.snapshots.api import Desk, Level, NoSnapshotError, Snapshot, WorklistFilter, open_current
from yihu.hub.registers.snapshots.gate.door import at_desk, is_fragment, page
from yihu.hub.screens.exports import cut_row, respond_with_file
from yihu.hub.subsystems.indicators import compute
from yihu.hub.subsystems.indicators.choices import PAGE_SIZES, Direction, End, Gap, Use
from yihu.hub.subsystems.indicators.compute import Entry, find_entry, list_entries
from yihu.hub.subsystems.indicators.forms import CatalogueRequest, read_catalogue, read_households
from yihu.hub.subsystems.indicators.selectors import CATALOGUE_TITLES, catalogue_row, household_titles

FILES = ("csv", "xlsx")
EXPORTED = 50_000


@requires("indicators.view")
def catalogue(request: HttpRequest) -> HttpResponse:
    """One page of the indicators with their distributions, filtered by the address; htmx gets the list alone."""
    snapshot = _find_snapshot()
    asked = read_catalogue(request.GET)
    entries, total = _list(snapshot, asked)
    paging = asked.paging
    listed = {
        "snapshot": snapshot,
        "asked": asked,
        "entries": entries[paging.offset : paging.offset + paging.size],
        "count": len(entries),
        "total": total,
        "pages": paging.pages(len(entries)),
        "sizes": PAGE_SIZES,
    }
    if is_fragment(request):
        return render(request, "indicators/rows.html", listed)
    return render(request, "indicators/catalogue.html", {**listed, **_filter_choices()})


@requires("indicators.view")
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The catalogue as filtered and sorted, as a file; recorded. It holds no taxpayer."""
    _refuse_other(kind)
    snapshot = _find_snapshot()
    entries, _ = _list(snapshot, read_catalogue(request.GET))
    record(
        verb="indicator.export", request=request, target_name=f"指标目录 {len(entries)} 个",
        detail={"rows": len(entries), "kind": kind, "query": request.GET.urlencode()},
    )  # fmt: skip
    return respond_with_file(kind, _dated("指标目录", snapshot), CATALOGUE_TITLES, map(catalogue_row, entries))


@requires("indicators.view")
def detail(request: HttpRequest, indicator: str) -> HttpResponse:
    """One indicator: words, formula, law, distribution by peer group, stability, users."""
    snapshot = _find_snapshot()
    entry = _get_entry(snapshot, indicator)
    user: Any = request.user
    board = compute.list_board_figures()
    context = {
        "snapshot": snapshot,
        "entry": entry,
        "peers": compute.list_peers(snapshot, indicator) if snapshot else [],
        "direction": Direction(entry.item.direction).label,
        "rules": [(rule, board.get(rule.code)) for rule in entry.rules],
        "has_models": compute.has_models(),
        "may_see_households": user.holds("household.view"),
        "may_see_models": user.holds("models.view"),
    }
    return render(request, "indicators/indicator.html", context)


@at_desk("household.view", Desk, reads="indicator-households")
def households(request: HttpRequest, desk: Desk, indicator: str) -> HttpResponse:
    """One page of the households within the reader's scope, from one end of an indicator; htmx gets the list alone."""
    entry = _get_entry(desk.snapshot, indicator)
    asked = read_households(request.GET, entry.item.direction)
    bounds, paging = WorklistFilter(**desk.bounds), asked.paging
    count = desk.snapshot.count_known(indicator, bounds)
    rows = desk.snapshot.extremes(indicator, bounds, lowest=asked.lowest, limit=paging.size, offset=paging.offset)
    record_access(
        request=request, target=f"indicator-households:{indicator}", target_name=entry.item.zh,
        detail={"snapshot": desk.snapshot.id, "rows": len(rows), "query": request.GET.urlencode()[:500]},
    )  # fmt: skip
    listed = {
        "entry": entry,
        "rows": rows,
        "asked": asked,
        "count": count,
        "pages": paging.pages(count),
        "sizes": PAGE_SIZES,
        "ends": End.choices,
        "direction": Direction(entry.item.direction).label,
        "cut": EXPORTED if count > EXPORTED else 0,
        "may_export": request.user.holds("household.export"),  # type: ignore[union-attr]
    }
    template = "indicators/household_rows.html" if is_fragment(request) else "indicators/households.html"
    return page(request, template, desk, listed)


@at_desk("household.export", Desk, reads="indicator-households")
def export_households(request: HttpRequest, desk: Desk, indicator: str, kind: str) -> HttpResponseBase:
    """The households as listed, as a file; recorded."""
    _refuse_other(kind)
    entry = _get_entry(desk.snapshot, indicator)
    asked = read_households(request.GET, entry.item.direction)
    bounds = WorklistFilter(**desk.bounds)
    found = desk.snapshot.extremes(indicator, bounds, lowest=asked.lowest, limit=EXPORTED + 1)
    kept, last = found[:EXPORTED], [cut_row(EXPORTED, "户")] if len(found) > EXPORTED else []
    record(
        verb="indicator-households.export", request=request, target=f"indicator-households:{indicator}",
        target_name=f"{entry.item.zh} {len(kept)} 户",
        detail={"rows": len(kept), "kind": kind, "query": request.GET.urlencode()},
    )  # fmt: skip
    cells = ([row["household_id"], row["name"], Level(row["level_code"] or Level.NONE).label, row["value"], row["p50"],
              row["peer_group"]] for row in kept)  # fmt: skip
    return respond_with_file(kind, _dated(entry.item.zh, desk.snapshot), household_titles(entry), chain(cells, last))


def _find_snapshot() -> Snapshot | None:
    try:
        return open_current()
    except NoSnapshotError:
        return None


def _list(snapshot: Snapshot | None, asked: CatalogueRequest) -> tuple[list[Entry], int]:
    """The indicators asked for in their order, and how many there are in all."""
    entries = list_entries(snapshot)
    return asked.order([entry for entry in entries if asked.holds(entry)]), len(entries)


def _get_entry(snapshot: Snapshot | None, code: str) -> Entry:
    entry = find_entry(snapshot, code)
    if entry is None:
        raise Http404("没有这个指标")
    return entry


def _refuse_other(kind: str) -> None:
    if kind not in FILES:
        raise Http404


def _dated(title: str, snapshot: Snapshot | None) -> str:
    return f"{title} {snapshot.manifest['as_of']}" if snapshot else title


def _filter_choices() -> dict[str, Any]:
    return {
        "themes": compute.themes(),
        "windows": compute.windows().items(),
        "directions": Direction.choices,
        "sources": compute.sources().items(),
        "uses": Use.choices,
        "gaps": Gap.choices,
    }
