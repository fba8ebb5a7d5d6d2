"""Two households beside each other: why this one, why not that one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.snapshots.api import Desk
from yihu.hub.registers.snapshots.gate.door import at_desk, page
from yihu.hub.registers.snapshots.gate.purpose import open_household
from yihu.hub.subsystems.risk import compute
from yihu.hub.subsystems.risk.selectors.comparing import compare_contributions, compare_figures, compare_reasons
from yihu.hub.subsystems.risk.selectors.households import list_reasons, standing


@at_desk("household.view", kind=Desk)
def compare(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for two households by number or id; with both, what differs."""
    asked = {side: request.GET.get(side, "").replace("\0", "").strip()[:64] for side in ("left", "right")}
    context: dict[str, Any] = {"asked": asked, "missing": []}
    found: dict[str, Any] = {}
    for side, reference in asked.items():
        if not reference:
            continue
        try:
            whose = desk.get_household(reference)["household_id"]
        except Http404 as error:
            context["missing"].append(str(error))
            continue
        found[side] = open_household(request, desk, whose)
    if len(found) == 2:
        context |= _compared(desk, **found)
        record(
            verb="risk.compare", request=request, target=f"household:{found['left']['household_id']}",
            target_name=f"{found['left']['name']} 与 {found['right']['name']}", purpose=found["left"]["purpose"],
            detail={"household": found["right"]["household_id"], "snapshot": desk.snapshot.id},
        )  # fmt: skip
    return page(request, "risk/compare.html", desk, {**context, "found": found})


def _compared(desk: Desk, left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    ids = (left["household_id"], right["household_id"])
    reasons = [list_reasons(desk, household) for household in ids]
    rows = compare_reasons(*reasons)
    codes = [r["indicator_code"] for side in reasons for r in side if r["indicator_code"]]
    explained = [compute.explain(desk.snapshot, household) for household in ids]
    return {
        "sides": [
            {"household": household, "stands": standing(desk, household["household_id"]), "told": told}
            for household, told in zip((left, right), explained, strict=True)
        ],
        "reasons": rows,
        "only_left": [row for row in rows if row["left"] and not row["right"]],
        "only_right": [row for row in rows if row["right"] and not row["left"]],
        "figures": compare_figures(desk, *ids, codes),
        "contributions": compare_contributions(*explained),
        "refusal": next((told["refusal"] for told in explained if "refusal" in told), ""),
    }
