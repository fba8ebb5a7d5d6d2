"""The risk worklist: filters in the address, export of what is shown, saved views."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.snapshots.api import CODES, Level, WorklistFilter, code_name, rules
from yihu.hub.screens.exports import cut_row, respond_with_file
from yihu.hub.subsystems.household import services
from yihu.hub.subsystems.household.choices import COLUMNS, Column
from yihu.hub.subsystems.household.forms import PAGE_SIZES, ViewForm, WorklistRequest, read_worklist
from yihu.hub.subsystems.household.selectors import Desk, list_views
from yihu.hub.subsystems.household.views.door import at_desk, is_fragment, page

EXPORTED = 50_000


@at_desk("household.view", reads="worklist")
def worklist(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One page of ranked households within the scope; htmx gets the list alone."""
    asked = read_worklist(request.GET, **desk.bounds)
    counts = desk.snapshot.count_worklist(asked.wanted)
    rows = desk.snapshot.worklist(asked.wanted, sort=asked.sort, limit=asked.size, offset=asked.offset)
    listed = {
        "asked": asked,
        "counts": counts,
        "rows": rows,
        "pages": -(-counts["all"] // asked.size),
        "sizes": PAGE_SIZES,
        "cut": EXPORTED if counts["all"] > EXPORTED else 0,
    }
    if is_fragment(request):
        return page(request, "household/worklist_rows.html", desk, listed)
    return page(request, "household/worklist.html", desk, {**listed, **_filter_choices(request, desk)})


@at_desk("household.export", reads="worklist")
def export_worklist(request: HttpRequest, desk: Desk, kind: str) -> HttpResponseBase:
    """The worklist as filtered, sorted and with the columns chosen, as a file; recorded."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    asked = read_worklist(request.GET, **desk.bounds)
    found = desk.snapshot.worklist(asked.wanted, sort=asked.sort, limit=EXPORTED + 1)
    rows, last = found[:EXPORTED], [cut_row(EXPORTED, "户")] if len(found) > EXPORTED else []
    record(
        verb="worklist.export",
        request=request,
        target=f"snapshot:{desk.snapshot.id}",
        target_name=f"风险清单 {len(rows)} 户",
        detail={"rows": len(rows), "kind": kind, "query": request.GET.urlencode()},
    )
    header = ["户编号", "识别号", *(column.title for column in asked.columns)]
    title = f"风险清单 {desk.snapshot.manifest['as_of']}"
    return respond_with_file(kind, title, header, chain(_cells(asked, rows), last))


@requires("household.view")
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        return redirect(reverse("household:worklist"))
    try:
        services.save_view(request=request, now=timezone.now(), **form.cleaned_data)
    except services.UnableToSaveViewError as error:
        messages.error(request, str(error))
        return redirect(reverse("household:worklist"))
    return redirect(f"{reverse('household:worklist')}?{form.cleaned_data['query'].lstrip('?')}")


@requires("household.view")
@require_POST
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a saved view."""
    services.delete_view(request=request, view_id=view_id)
    return redirect(reverse("household:worklist"))


def _filter_choices(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    mine = WorklistFilter(**desk.bounds)
    return {
        "levels": Level.choices,
        "divisions": desk.snapshot.facets("division", mine),
        "industries": desk.snapshot.facets("industry", mine),
        "kinds": CODES["taxpayer_kind"].items(),
        "rules": rules().values(),
        "all_columns": COLUMNS,
        "views": list_views(request.user),
    }


def _cells(asked: WorklistRequest, rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [row["household_id"], row["registration_ids"], *(_cell(column, row) for column in asked.columns)]


def _cell(column: Column, row: dict[str, Any]) -> Any:
    value = row.get(column.key)
    if column.kind == "level":
        return Level(value).label if value else ""
    if column.kind == "wan":
        return None if value is None else round(float(value) / 10_000, 2)
    if column.kind in CODES:
        return code_name(column.kind, value) if value else ""
    return value
