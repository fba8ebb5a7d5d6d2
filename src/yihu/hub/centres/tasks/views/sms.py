"""Approval by SMS: asking for it, how to answer, what was sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.tasks.choices import ChallengeState, TodoState
from yihu.hub.centres.tasks.models import SmsChallenge, Source
from yihu.hub.centres.tasks.selectors.reminders import find_code, is_approver_by_sms, list_codes
from yihu.hub.centres.tasks.services.sms.codes import TRIES, issue_code
from yihu.hub.centres.tasks.services.sms.wishes import set_wanted
from yihu.hub.centres.tasks.views.door import way
from yihu.hub.foundation.notices.api import number_in_effect
from yihu.hub.screens.forms import Receipt, respond_with_act
from yihu.hub.screens.pages import Mark, Page

TONES = {ChallengeState.ISSUED: "wait", ChallengeState.DECIDED: "on", ChallengeState.LOCKED: "stop"}
HELP = (
    ("回复", "同意回复“Y 代码”，不同意回复“N 代码 理由”；“同意”“不同意”、小写和全角也可以。只回“Y”不算数。"),
    (
        "代码",
        f"每件一码，只能用一次，24 小时内有效；办理、转办、撤回后即失效；连续输错 {TRIES} 次锁定该事项的短信办理。",
    ),
    ("号码", "只认您登记的手机号；更换号码 24 小时后才能用于短信审批。别的手机回复一律不办，并告警留痕。"),
    ("范围", "只限安全管理员列明的低风险事项，超过金额上限的须登录办理。"),
)


@requires("tasks.self")
@require_safe
def sms(request: HttpRequest) -> HttpResponse:
    """Whether one is asked by SMS, by which number, about what; the last codes."""
    now = timezone.now()
    number = number_in_effect(request.user, now=now)
    page = Page("短信审批", "不便登录时，用短信办理列明的低风险事项。", crumbs=(way("待办", "todos"),), help=HELP)
    context = {
        "page": page,
        "wanted": is_approver_by_sms(request.user),
        "number": number[1] if number else "",
        "kinds": [kind for source in Source.objects.filter(is_active=True) for kind in source.sms_kinds],
        "codes": [_code(one, now) for one in list_codes(request.user)],
    }
    return render(request, "tasks/sms.html", context)


def _code(one: SmsChallenge, now: object) -> dict[str, object]:
    state = ChallengeState(one.state)
    if state == ChallengeState.ISSUED and one.expires_at <= timezone.now():
        state = ChallengeState.EXPIRED
    again = state not in {ChallengeState.DECIDED, ChallengeState.VOID} and one.todo.state == TodoState.PENDING
    return {"row": one, "mark": Mark(state.label, TONES.get(state, "off")), "again": again}


@requires("tasks.self")
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Ask to be asked by SMS, or no more."""
    wanted = request.POST.get("wanted") == "1"
    back = reverse("tasks:sms")

    def act() -> Receipt:
        set_wanted(actor=request.user, wanted=wanted, now=timezone.now())
        return Receipt("已开通短信审批" if wanted else "已关闭短信审批，已发出的代码一并失效", back)

    return respond_with_act(request, act, back=back)


@requires("tasks.self")
@require_POST
def send_again(request: HttpRequest, challenge_id: int) -> HttpResponse:
    """A new code for a to-do whose code ran out, was locked or was lost; the old one dies."""
    found = find_code(request.user, challenge_id)
    if found is None or found.todo.receiver_id != request.user.pk:
        raise Http404
    back = reverse("tasks:sms")

    def act() -> Receipt:
        issue_code(todo=found.todo, now=timezone.now())
        return Receipt("新代码已发送，旧代码失效", back)

    return respond_with_act(request, act, back=back)
