"""Why a taxpayer is opened: inferred from where the officer comes, else asked once a household and session."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from yihu.hub.base.access import Label
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.snapshots.choices import INFERRED, PURPOSES
from yihu.hub.registers.snapshots.forms import PurposeForm
from yihu.hub.registers.snapshots.selectors import Desk
from yihu.hub.registers.taxpayers.api import labels_of
from yihu.kit.masks import veil

KEPT, MOST_KEPT = "purposes", 200
PRECONDITION_REQUIRED = 428


class PurposeNeededError(Exception):
    """A taxpayer is to be opened and nobody has said why."""

    def __init__(self, household: dict[str, Any], label: Label) -> None:
        super().__init__(household["household_id"])
        self.household = household
        self.label = label


def open_household(request: HttpRequest, desk: Desk, reference: str) -> dict[str, Any]:
    """
    The household, with its `label` and the `purpose` of this look.

    :raises Http404: unknown or out of reach
    :raises PurposeNeededError: not yet stated, and not to be inferred
    """
    found = desk.get_household(reference)
    label = labels_of([found["household_id"]]).get(found["household_id"], Label.INTERNAL)
    purpose = request.session.get(KEPT, {}).get(found["household_id"]) or _infer(request, label)
    if not purpose:
        raise PurposeNeededError(found, label)
    _keep(request, found["household_id"], purpose)
    return {**found, "label": label, "purpose": purpose}


def _infer(request: HttpRequest, label: Label) -> str:
    """From the page the link stood on; never for sensitive taxpayers, nor for somebody who searched."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if label >= Label.SENSITIVE or "from" in request.GET or came_from.netloc != request.get_host():
        return ""
    return next((words for start, words in INFERRED if _starts(came_from.path, start)), "")


def _starts(path: str, start: str) -> bool:
    return path == start if start == "/" else path.startswith(start)


def _keep(request: HttpRequest, household_id: str, purpose: str) -> None:
    kept = request.session.get(KEPT, {})
    if kept.get(household_id) != purpose:
        newest = list({**kept, household_id: purpose}.items())[-MOST_KEPT:]
        request.session[KEPT] = dict(newest)


def ask(request: HttpRequest, needed: PurposeNeededError) -> HttpResponse:
    """What is answered instead of the data: the question, or for a part of a page the way to it."""
    whole = reverse("household:household", args=[needed.household["household_id"]])
    _record(request, "household.ask", needed.household)
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204)
        response["HX-Redirect"] = whole
        return response
    if request.path.endswith(".json"):
        return JsonResponse({"error": "请先说明查看事由", "at": whole}, status=PRECONDITION_REQUIRED)
    context = {
        "household": needed.household,
        "label": needed.label if needed.label >= Label.SENSITIVE else None,
        "purposes": PURPOSES,
        "next": request.get_full_path() if request.method == "GET" else whole,
    }
    return render(request, "snapshots/purpose.html", context)


def _record(request: HttpRequest, verb: str, household: dict[str, Any], purpose: str = "") -> None:
    target = f"household:{household['household_id']}"
    record(verb=verb, request=request, target=target, target_name=household["name"] or "", purpose=purpose)


def answer(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """Remember the purpose for this household until the session ends, and go on."""
    found = desk.get_household(reference)
    form = PurposeForm(request.POST)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None, require_https=request.is_secure()):
        back = reverse("household:household", args=[found["household_id"]])
    purpose = veil(form.purpose()) or "" if form.is_valid() else ""
    _record(request, "household.state-purpose", found, purpose)
    if purpose:
        _keep(request, found["household_id"], purpose)
    else:
        messages.error(request, "请选择或写明查看事由（至少 4 个字）。")
    return redirect(back)
