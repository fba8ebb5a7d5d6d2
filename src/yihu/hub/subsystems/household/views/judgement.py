"""An officer joins two taxpayers into one, or parts what was joined; both with a reason."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from yihu.hub.subsystems.household import services
from yihu.hub.subsystems.household.choices import Tab
from yihu.hub.subsystems.household.forms import JudgementForm
from yihu.hub.subsystems.household.selectors import Desk
from yihu.hub.subsystems.household.views.door import at_desk


@at_desk("household.judge")
@require_POST
def merge(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """Both numbers must lie within the officer's scope."""
    return _judge(request, desk, reference, services.merge_households, "合并")


@at_desk("household.judge")
@require_POST
def unmerge(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """Part one number from the household."""
    return _judge(request, desk, reference, services.unmerge_households, "拆分")


def _judge(request: HttpRequest, desk: Desk, reference: str, act: Callable[..., Any], word: str) -> HttpResponse:
    found = desk.get_household(reference)
    form = JudgementForm(request.POST)
    if not form.is_valid():
        messages.error(request, "；".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect("household:tab", reference=found["household_id"], tab=Tab.IDENTITY)
    other = desk.get_household(form.cleaned_data["right"])
    if desk.get_household(form.cleaned_data["left"])["household_id"] != found["household_id"]:
        raise Http404
    try:
        number = act(request=request, now=timezone.now(), **form.cleaned_data)
    except services.UnableToJudgeError as error:
        messages.error(request, str(error))
    else:
        told = "{}已记入判定日志（{}），下次构建快照后生效。<a href='{}'>取回执</a>"
        messages.success(request, format_html(told, word, other["name"], reverse("audit:receipt", args=[number])))
    return redirect("household:tab", reference=found["household_id"], tab=Tab.IDENTITY)
