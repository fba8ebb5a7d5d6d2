"""Sections of the home page: my risk, and what I looked at lately."""

from django.http import HttpRequest, HttpResponse

from yihu.hub.registers.snapshots.api import Level, WorklistFilter
from yihu.hub.subsystems.household.selectors import Desk, list_views
from yihu.hub.subsystems.household.views.door import at_desk, page

TOP = 10


@at_desk("household.view", reads="worklist")
def risk_panel(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How many households of each level stand in my scope, and the first of them with their reasons."""
    counts = desk.snapshot.count_worklist(WorklistFilter(**desk.bounds))
    context = {
        "levels": [(code, label, counts.get(code, 0)) for code, label in Level.choices],
        "all": counts["all"],
        "rows": desk.snapshot.worklist(WorklistFilter(**desk.bounds), limit=TOP),
        "batches": desk.snapshot.manifest["created_from"]["batches"],
    }
    return page(request, "household/panel_risk.html", desk, context)


@at_desk("household.view", reads="recent")
def recent_panel(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Households looked at lately and saved views of the worklist."""
    context = {"recent": desk.list_recent(), "views": list_views(request.user)}
    return page(request, "household/panel_recent.html", desk, context)
