"""Who would stand on the list newly, and who no longer, were the shadow in force; within the reader's scope."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.selectors.versions import get_version
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.snapshots.api import Desk, WorklistFilter
from yihu.hub.registers.snapshots.gate.door import at_desk, page

LISTED = 50


@at_desk("household.view", kind=Desk, reads="worklist")
def differences(request: HttpRequest, desk: Desk, model_id: str) -> HttpResponse:
    """A fragment of the model's page."""
    version = get_version(model_id)
    found = compute.compare_rankings(desk.snapshot, version.card["capacity"])
    sides: dict[str, Any] = {}
    if found:
        sides = {name: _within(desk, found[name]) for name in ("newly", "gone")}
        record(
            verb="worklist.list", request=request, target=f"model:{model_id}", target_name=f"{version}影子比较",
            detail={"snapshot": desk.snapshot.id, "rows": sum(len(side["rows"]) for side in sides.values())},
        )  # fmt: skip
    return page(request, "modelhub/differences.html", desk, {"version": version, "found": found, **sides})


def _within(desk: Desk, ids: list[str]) -> dict[str, Any]:
    """The households of a list that the reader may see, with how inspections of them ended."""
    if not ids:
        return {"all": 0, "rows": [], "inspected": {}}
    rows = desk.snapshot.worklist(WorklistFilter(household_ids=tuple(ids), **desk.bounds), limit=LISTED)
    outcomes = compute.outcomes_since(desk.snapshot, ids)
    places = compute.places_in_both(desk.snapshot, ids)
    place = {household: at for at, household in enumerate(ids, start=1)}
    rows.sort(key=lambda row: place[row["household_id"]])
    return {
        "all": len(ids),
        "rows": [{**row, **places[row["household_id"]], "outcome": outcomes.get(row["household_id"])} for row in rows],
        "confirmed": sum(one == "CONFIRMED" for one in outcomes.values()),
        "cleared": sum(one == "CLEARED" for one in outcomes.values()),
    }
