"""The SMS simulator of a demonstration: what was sent, and an answer in a phone's name. Gone where a gateway is."""

import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.forms.keeping import ReplyForm
from yihu.hub.foundation.notices.models import Delivery
from yihu.hub.foundation.notices.selectors.channels import list_sms_for_simulator
from yihu.hub.foundation.notices.services.simulating import answer_as_phone
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Crumb, Page

SHOWN = 50
SIMULATOR = "notices:simulator"
HELP = (
    ("模拟器", "仅供演示：短信并不发出，列在这里，并可以代替手机回复。接入真实网关后，此页不存在。"),
    ("回复", "点一条短信的“代为回复”，就像收件人用手机回复了它，例如短信审批的“Y 7K3Q9A”。"),
)


@requires("notices.keep")
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The newest SMS."""
    _only_in_demonstrations()
    page = Page(
        "短信模拟器", "演示环境：以下短信没有真的发出；接入真实网关后，此页不再存在", crumbs=(_way(),), help=HELP
    )
    return render(request, "notices/simulator.html", {"page": page, "sms": list_sms_for_simulator()[:SHOWN]})


@requires("notices.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """As if the phone that got this SMS had answered."""
    _only_in_demonstrations()
    found: Delivery | None = list_sms_for_simulator().filter(pk=number).exclude(address=None).first()
    if found is None:
        raise Http404
    screen = FormScreen("回复", reverse(SIMULATOR), outcome=(f"就像 {found.mask} 用手机回复了这条短信：", found.text))

    def act(values: dict[str, Any]) -> Receipt:
        token = f"simulated-{secrets.token_hex(8)}"
        row = answer_as_phone(delivery=found, message_id=token, text=values["text"], now=timezone.now())
        record(
            verb="sms.simulate", request=request, target=f"delivery:{found.pk}", target_name=found.mask,
        )  # fmt: skip
        answer = f"答复：{row.answer}" if row and row.answer else "没有答复。"
        return Receipt(f"已代 {found.mask} 回复。{answer}", reverse(SIMULATOR))

    page = Page("代为回复", crumbs=(_way(), Crumb("短信模拟器", reverse(SIMULATOR))), help=HELP)
    return respond_with_form(request, page, screen, filled(request, ReplyForm), act)


def _only_in_demonstrations() -> None:
    if settings.SMS_GATEWAY != "loopback" or settings.SMS_URL:
        raise Http404


def _way() -> Crumb:
    return Crumb("消息通道", reverse("notices:channels"))
