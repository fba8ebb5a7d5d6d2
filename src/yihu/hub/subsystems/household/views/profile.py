"""The one-household page: a header, and tabs that load when opened."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.foundation.audit.api import record_access
from yihu.hub.registers.snapshots.gate.purpose import answer, open_household
from yihu.hub.subsystems.household import services
from yihu.hub.subsystems.household.choices import Tab
from yihu.hub.subsystems.household.forms import read_count, read_period
from yihu.hub.subsystems.household.selectors import Desk
from yihu.hub.subsystems.household.tabs import TABS
from yihu.hub.subsystems.household.views.door import at_desk, is_fragment, page

NEIGHBOURS = 30


@at_desk("household.view")
def household(request: HttpRequest, desk: Desk, reference: str, tab: str = Tab.OVERVIEW) -> HttpResponse:
    """One household; any of its numbers leads here. htmx gets the tab alone."""
    if tab not in TABS:
        raise Http404
    whose = desk.get_household(reference)["household_id"]
    if whose != reference:
        query = request.GET.urlencode()
        return redirect(reverse("household:tab", args=[whose, tab]) + (f"?{query}" if query else ""))
    found = open_household(request, desk, reference)
    period = read_period(request.GET)
    context = {
        "household": found,
        "tab": tab,
        "tabs": Tab.choices,
        "period": period,
        "may_judge": request.user.holds("household.judge"),
        **TABS[tab](desk, found, period, request.GET),
    }
    if is_fragment(request):
        return page(request, "household/tab.html", desk, context)
    record_access(
        request=request,
        target=f"household:{reference}",
        target_name=found["name"] or "",
        purpose=found["purpose"],
        detail={"snapshot": desk.snapshot.id},
    )
    services.remember_visit(user=request.user, household_id=reference, now=timezone.now())
    context["contradicted"] = bool(desk.snapshot.quality(reference))
    context["strongest"] = desk.snapshot.reasons(reference)[:3]
    return page(request, "household/household.html", desk, context)


@at_desk("household.view")
def network(request: HttpRequest, desk: Desk, reference: str) -> JsonResponse:
    """Counterparties of one household within a period, for the drawing to grow by."""
    found = open_household(request, desk, reference)
    limit = read_count(request.GET, "limit", NEIGHBOURS, low=1, high=100)
    answer = desk.neighbours(found["household_id"], read_period(request.GET), limit)
    centre = {
        "id": found["household_id"],
        "name": found["name"],
        "level": found["level_code"],
        "division": found["division_name"],
        "industry": found["industry_name"],
        "open": True,
        "side": "centre",
    }
    return JsonResponse({"centre": centre, **answer})


@at_desk("household.view")
def return_lines(request: HttpRequest, desk: Desk, reference: str, return_id: str) -> HttpResponse:
    """The lines of one return, opened under its row."""
    found = open_household(request, desk, reference)
    lines = desk.snapshot.return_lines(found["household_id"], return_id)
    return page(request, "household/return_lines.html", desk, {"lines": lines})


@at_desk("household.view")
@require_POST
def purpose(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """State why the household is opened, and go on to it."""
    return answer(request, desk, reference)
