"""Confirming many appointments at once: each by itself, and what is refused is told beside its person."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.administration.selectors.people import waiting_appointments
from yihu.hub.foundation.administration.views.door import way
from yihu.hub.foundation.administration.views.duties import WAITING_HELP
from yihu.hub.foundation.org.models import Appointment
from yihu.hub.foundation.org.services.appointments import confirm_appointment
from yihu.hub.screens.lists import PAGE_SIZES
from yihu.hub.screens.pages import Page

MOST = max(PAGE_SIZES)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An appointment that was not confirmed, and why."""

    appointment: Appointment
    reason: str


@requires("org.confirm")
@require_POST
def confirm_many(request: HttpRequest) -> HttpResponse:
    """Confirm those ticked, the oldest first; the good ones stand whatever becomes of the others."""
    keys = _ticked(request)
    back = f"{reverse('administration:waiting')}?{request.GET.urlencode()}".rstrip("?")
    if not 0 < len(keys) <= MOST:
        messages.error(request, f"一次最多确认 {MOST} 项，请分次办理" if keys else "还没有勾选任职，请先勾选要确认的")
        return redirect(back)
    found = list(waiting_appointments(request.user, "org.confirm").filter(pk__in=keys).order_by("appointed_at", "pk"))
    refusals = [refusal for refusal in (_confirm(request, one) for one in found) if refusal]
    done = len(found) - len(refusals)
    receipt = _receipt(done, len(refusals), len(keys) - len(found))
    if not refusals:
        (messages.success if done else messages.warning)(request, receipt)
        return redirect(back)
    page = Page("确认结果", crumbs=(way("待确认任职", "waiting"),), help=WAITING_HELP)
    shown = {"page": page, "receipt": receipt, "refusals": refusals, "back": back}
    return render(request, "administration/confirmed.html", shown, status=200 if done else 422)


def _ticked(request: HttpRequest) -> set[int]:
    return {int(text) for text in request.POST.getlist("row") if text.isascii() and text.isdigit() and len(text) < 10}


def _confirm(request: HttpRequest, appointment: Appointment) -> Refusal | None:
    try:
        confirm_appointment(actor=request.user, now=timezone.now(), appointment=appointment)
    except UnableTo as error:
        return Refusal(appointment, str(error))
    return None


def _receipt(done: int, refused: int, gone: int) -> str:
    parts = (
        (done, f"已确认 {done} 项任职"),
        (refused, f"{refused} 项没有确认，原因见下"),
        (gone, f"{gone} 项已不在待确认之列，可能已由他人办理"),
    )
    return "；".join(text for number, text in parts if number) + "。"
