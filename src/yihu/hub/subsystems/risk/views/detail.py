"""One household's risk in full: what, why, how sure, what would lower it, what to do, similar cases, earlier days."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from yihu.hub.foundation.audit.api import record_access
from yihu.hub.registers.snapshots.api import Desk
from yihu.hub.registers.snapshots.gate.door import at_desk, page
from yihu.hub.registers.snapshots.gate.purpose import open_household
from yihu.hub.subsystems.risk import compute
from yihu.hub.subsystems.risk.selectors.households import (
    judge_amount,
    judge_certainty,
    list_past_days,
    list_places,
    list_reasons,
    list_similar,
    standing,
    suggest_response,
)


@at_desk("household.view", kind=Desk)
def risk(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """The whole page but the model's reasons, which load after it."""
    whose = desk.get_household(reference)["household_id"]
    if whose != reference:
        return redirect(reverse("risk:risk", args=[whose]))
    household = open_household(request, desk, reference)
    record_access(
        request=request, target=f"risk:{whose}", target_name=household["name"] or "", purpose=household["purpose"],
        detail={"snapshot": desk.snapshot.id},
    )  # fmt: skip
    stands = standing(desk, whose)
    champion = compute.champion_of(desk.snapshot)
    context = {
        "household": household,
        "stands": stands,
        "champion": champion,
        "refusal": compute.refusal_of(desk.snapshot),
        "certainty": judge_certainty(stands.get("probability"), champion),
        "amount": judge_amount(stands.get("amount_if_confirmed"), stands.get("expected_amount"), champion),
        "reasons": list_reasons(desk, whose),
        "inspections": desk.snapshot.inspections(whose, open_cases=desk.sees_open_cases_of(whose)),
        "similar": list_similar(desk, whose),
        "places": list_places(desk, household),
        "past_days": list_past_days(desk),
        "response": suggest_response({**household, **stands}, now=timezone.now()),
        "may_judge": request.user.holds("household.judge"),
        "may_see_models": request.user.holds("models.view"),
    }
    return page(request, "risk/risk.html", desk, context)


@at_desk("household.view", kind=Desk)
def explanation(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """The model's reasons and what would lower the probability; a fragment of the page."""
    household = open_household(request, desk, reference)
    found = compute.explain(desk.snapshot, household["household_id"])
    sides = [(word, found.get(key, ())) for word, key in (("推高", "raises"), ("压低", "lowers"))]
    sizes = [abs(one["contribution"]) for _, rows in sides for one in rows]
    context = {"told": found, "household": household, "sides": sides, "largest": max(sizes, default=0.0) or 1.0}
    return page(request, "risk/explanation.html", desk, context)
