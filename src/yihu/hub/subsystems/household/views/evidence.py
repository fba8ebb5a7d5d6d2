"""From a figure to its formula, snapshot, batches and source rows."""

from django.http import Http404, HttpRequest, HttpResponse

from yihu.hub.foundation.audit.api import record_access
from yihu.hub.registers.snapshots.gate.purpose import open_household
from yihu.hub.subsystems.household.compute import describe_lineage, describe_source, find_source
from yihu.hub.subsystems.household.forms import read_place
from yihu.hub.subsystems.household.selectors import Desk
from yihu.hub.subsystems.household.views.door import at_desk, page


@at_desk("household.view")
def lineage(request: HttpRequest, desk: Desk, reference: str, indicator: str) -> HttpResponse:
    """How one indicator of one household came about."""
    found = open_household(request, desk, reference)
    try:
        traced = describe_lineage(desk.snapshot, found["household_id"], indicator)
    except KeyError as error:
        raise Http404("没有这个指标") from error
    return page(request, "household/lineage.html", desk, {"household": found, **traced})


@at_desk("household.view")
def source_row(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """One row as it was gathered, when it belongs to the household."""
    found = open_household(request, desk, reference)
    place = read_place(request.GET)
    row = find_source(desk.snapshot, found, place, open_cases=desk.sees_open_cases_of(found["household_id"]))
    if row is None:
        raise Http404("没有这一行，或它不属于该户")
    record_access(
        request=request,
        target=f"source-row:{found['household_id']}",
        target_name=found["name"] or "",
        purpose=found["purpose"],
        detail={"table": place.table, "batch": place.batch_id, "file": place.source_file, "row": place.source_row},
    )
    return page(
        request,
        "household/source_row.html",
        desk,
        {"household": found, "may_unmask": request.user.holds("person.unmask"), **describe_source(place, row)},
    )
