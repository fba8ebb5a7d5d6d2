"""The register: filters in the address, export of what is shown, saved filters."""

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
from yihu.hub.registers.snapshots.api import CODES, Desk, Level, WorklistFilter, code_name
from yihu.hub.registers.snapshots.gate.door import at_desk, is_fragment, page
from yihu.hub.screens.exports import cut_row, respond_with_file
from yihu.hub.subsystems.risk import compute, services
from yihu.hub.subsystems.risk.choices import COLUMNS, Column, Inspected
from yihu.hub.subsystems.risk.forms import PAGE_SIZES, WAN, FilterForm, RegisterRequest, read_register
from yihu.hub.subsystems.risk.selectors.households import list_filters

EXPORTED = 50_000


@at_desk("household.view", kind=Desk, reads="risk-register")
def register(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One page of the register within the scope; htmx gets the list alone."""
    champion = compute.champion_of(desk.snapshot)
    compute.prepare_explanations(desk.snapshot)
    asked = _asked(request, desk, champion)
    counts = desk.snapshot.count_register(asked.wanted)
    listed = {
        "asked": asked,
        "counts": counts,
        "rows": desk.snapshot.register(asked.wanted, sort=asked.sort, limit=asked.size, offset=asked.offset),
        "pages": -(-counts["all"] // asked.size),
        "sizes": PAGE_SIZES,
        "levels": Level.choices,
        "champion": champion,
        "refusal": compute.refusal_of(desk.snapshot),
        "cut": EXPORTED if counts["all"] > EXPORTED else 0,
    }
    if is_fragment(request):
        return page(request, "risk/register_rows.html", desk, listed)
    return page(request, "risk/register.html", desk, {**listed, **_choices(request, desk, champion)})


@at_desk("household.export", kind=Desk, reads="risk-register")
def export(request: HttpRequest, desk: Desk, kind: str) -> HttpResponseBase:
    """The register as filtered, sorted and with the columns chosen, as a file; recorded."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    champion = compute.champion_of(desk.snapshot)
    asked = _asked(request, desk, champion)
    found = desk.snapshot.register(asked.wanted, sort=asked.sort, limit=EXPORTED + 1)
    rows, last = found[:EXPORTED], [cut_row(EXPORTED, "户")] if len(found) > EXPORTED else []
    record(
        verb="risk-register.export", request=request, target=f"snapshot:{desk.snapshot.id}",
        target_name=f"风险台账 {len(rows)} 户",
        detail={"rows": len(rows), "kind": kind, "query": request.GET.urlencode()},
    )  # fmt: skip
    header = ["户编号", *(column.title for column in asked.columns)]
    title = f"风险台账 {desk.snapshot.manifest['as_of']}"
    return respond_with_file(kind, title, header, chain(_cells(asked, rows), last))


@requires("household.view")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name."""
    form = FilterForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请给视图起个名字（最长 40 字）。")
        return redirect(reverse("risk:register"))
    try:
        services.save_filter(request=request, now=timezone.now(), **form.cleaned_data)
    except services.UnableToSaveFilterError as error:
        messages.error(request, str(error))
        return redirect(reverse("risk:register"))
    return redirect(f"{reverse('risk:register')}?{form.cleaned_data['query'].lstrip('?')}")


@requires("household.view")
@require_POST
def delete(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget saved filters."""
    services.delete_filter(request=request, filter_id=filter_id)
    return redirect(reverse("risk:register"))


def _asked(request: HttpRequest, desk: Desk, champion: str | None) -> RegisterRequest:
    return read_register(
        request.GET,
        learned=champion is not None,
        schemes=bool(compute.schemes_of(champion)),
        amounts=compute.tells_amounts(champion),
        open_cases=desk.sees_open_cases,
        **desk.bounds,
    )


def _choices(request: HttpRequest, desk: Desk, champion: str | None) -> dict[str, Any]:
    mine = WorklistFilter(**desk.bounds)
    return {
        "divisions": desk.snapshot.facets("division", mine),
        "industries": desk.snapshot.facets("industry", mine),
        "offices": desk.snapshot.facets("office", mine),
        "typologies": compute.typologies(),
        "schemes": [(code, code_name("scheme_type", code)) for code in compute.schemes_of(champion)],
        "inspected": [one for one in Inspected.choices if desk.sees_open_cases or one[0] != Inspected.PENDING],
        "all_columns": COLUMNS,
        "filters": list_filters(request.user),
    }


def _cells(asked: RegisterRequest, rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [row["household_id"], *(_cell(column, row) for column in asked.columns)]


def _cell(column: Column, row: dict[str, Any]) -> Any:
    value = row.get(column.key)
    if value is None:
        return ""
    if column.kind == "level":
        return Level(value).label
    if column.kind == "wan":
        return round(float(value) / WAN, 2)
    if column.kind == "reason":
        return "；".join(value)
    if column.kind == "outcome":
        return Inspected(value).label
    return code_name(column.kind, value) if column.kind in CODES else value
