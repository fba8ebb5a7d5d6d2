"""Pins, notes and steps on the network around a household, and the report they make."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.snapshots.gate.purpose import open_household
from yihu.hub.subsystems.household import services
from yihu.hub.subsystems.household.choices import StepKind, Tab
from yihu.hub.subsystems.household.forms import MarkForm, StepForm
from yihu.hub.subsystems.household.models import CanvasMark, CanvasStep
from yihu.hub.subsystems.household.selectors import Desk, Period, list_marks, list_steps
from yihu.hub.subsystems.household.views.door import at_desk, page

BAD_REQUEST = 400
# Parties drawn in a report: those marked or grown, then the largest trades among them.
REPORTED_EDGES = 200


@at_desk("household.view")
def state(request: HttpRequest, desk: Desk, reference: str) -> JsonResponse:
    """The user's own marks around the household, and how many steps were taken."""
    found = open_household(request, desk, reference)
    return JsonResponse(_state(request, found["household_id"]))


@at_desk("household.view")
@require_POST
def mark(request: HttpRequest, desk: Desk, reference: str) -> JsonResponse:
    """Pin or note; the answer is the canvas as it then stands."""
    found = open_household(request, desk, reference)
    form = MarkForm(request.POST)
    if not form.is_valid():
        return _refused(form)
    given = form.cleaned_data
    _require_shown(desk, found["household_id"], given["subject"])
    place = (given.pop("x"), given.pop("y"))
    try:
        services.mark_on_canvas(request=request, household=found, place=place, now=timezone.now(), **given)
    except services.UnableToMarkError as error:
        return JsonResponse({"error": str(error)}, status=BAD_REQUEST)
    return JsonResponse(_state(request, found["household_id"]))


@at_desk("household.view")
@require_POST
def step(request: HttpRequest, desk: Desk, reference: str) -> JsonResponse:
    """Write down that something was grown, traced, or looked at in a period."""
    found = open_household(request, desk, reference)
    form = StepForm(request.POST)
    if not form.is_valid():
        return _refused(form)
    if form.cleaned_data["subject"]:
        _require_shown(desk, found["household_id"], form.cleaned_data["subject"])
    try:
        services.take_step(request=request, household=found, now=timezone.now(), **form.cleaned_data)
    except services.UnableToMarkError as error:
        return JsonResponse({"error": str(error)}, status=BAD_REQUEST)
    return JsonResponse(_state(request, found["household_id"]))


@at_desk("household.view")
@require_POST
def clear(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """Begin anew: one's own marks and steps around the household go."""
    found = open_household(request, desk, reference)
    services.clear_canvas(request=request, household=found)
    messages.success(request, "已清空您在这一户画布上的固定、批注和步骤")
    return redirect("household:tab", reference=found["household_id"], tab=Tab.SPACE)


@at_desk("household.view")
def report(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """The steps, the marked parties and the trade among them, as a page to print; recorded."""
    found = open_household(request, desk, reference)
    centre = found["household_id"]
    marks, steps = list_marks(request.user, centre), list_steps(request.user, centre)
    period = _period(steps)
    parties = _parties(desk, found, marks, steps)
    edges = desk.trades_among(parties, period, REPORTED_EDGES)
    record(
        verb="canvas.report",
        request=request,
        target=f"household:{centre}",
        target_name=found["name"] or "",
        detail={"steps": len(steps), "marks": len(marks), "parties": len(parties)},
    )
    context = {
        "household": found,
        "period": period,
        "steps": [{"step": s, "what": _names(parties, s.subject)} for s in steps],
        "marks": [{"mark": m, "what": _names(parties, m.subject), "party": parties.get(m.subject)} for m in marks],
        "parties": list(parties.values()),
        "edges": [{**e, "from": parties[e["seller"]], "to": parties[e["buyer"]]} for e in edges],
        "drawing": {"centre": centre, "nodes": [_drawn(p) for p in parties.values()], "edges": edges},
        "made_at": timezone.now(),
    }
    return page(request, "household/canvas_report.html", desk, context)


def _state(request: HttpRequest, centre: str) -> dict[str, Any]:
    marks = [
        {"subject": m.subject, "pinned": m.is_pinned, "x": m.x, "y": m.y, "note": m.note}
        for m in list_marks(request.user, centre)
    ]
    return {"marks": marks, "steps": len(list_steps(request.user, centre))}


def _refused(form: MarkForm | StepForm) -> JsonResponse:
    said = "；".join(str(error) for errors in form.errors.values() for error in errors)
    return JsonResponse({"error": said}, status=BAD_REQUEST)


def _require_shown(desk: Desk, centre: str, subject: str) -> None:
    """A canvas shows households of the scope and what trade leads to; a mark must not ask after any other."""
    known = desk.names(subject.split(">"))
    outside = {household_id for household_id, party in known.items() if not party["open"]}
    if known.keys() != set(subject.split(">")) or (outside and not outside <= desk.reach(centre)):
        raise Http404("没有这一户，或它不在这张图能走到的范围里")


def _period(steps: list[CanvasStep]) -> Period:
    """The period chosen last."""
    chosen = [s for s in steps if s.kind == StepKind.PERIOD]
    return Period(chosen[-1].start, chosen[-1].end) if chosen else Period(None, None)


def _parties(
    desk: Desk, household: dict[str, Any], marks: list[CanvasMark], steps: list[CanvasStep]
) -> dict[str, dict[str, Any]]:
    """Every household that a mark or a step is about, the centre first, as far as the scope shows it."""
    subjects = [m.subject for m in marks] + [s.subject for s in steps if s.subject]
    ids = dict.fromkeys([household["household_id"], *(part for subject in subjects for part in subject.split(">"))])
    known = desk.names(list(ids))
    return {household_id: known[household_id] for household_id in ids if household_id in known}


def _names(parties: dict[str, dict[str, Any]], subject: str) -> str:
    return " → ".join(parties[part]["name"] or part for part in subject.split(">") if part in parties)


def _drawn(party: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": party["household_id"],
        "name": party["name"] or party["household_id"],
        "level": party.get("level_code"),
        "division": party.get("division_name"),
        "industry": party.get("industry_name"),
        "open": party["open"],
    }
