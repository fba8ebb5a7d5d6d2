"""Somebody lost their telephone, key and recovery codes: the security administrator clears the way to enrol anew."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yihu.hub.base.access import requires
from yihu.hub.foundation.identity.forms import ResetFactorsForm
from yihu.hub.foundation.identity.services.factors import reset_factors
from yihu.hub.screens.forms import FormScreen, Receipt, respond_with_form
from yihu.hub.screens.pages import Crumb, Page

OUTCOME = (
    "该账号的验证器、通行密钥、恢复码全部移除，现有登录立即结束。",
    "密码不变；岗位须启用第二重验证的，下次登录时先重新登记。",
    "连同缘由记入访问记录。",
)


@requires("identity.unlock")
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Remove the second factors of one account."""
    form = ResetFactorsForm(request.POST if request.method == "POST" else None)
    back = reverse("identity:locks")

    def act(values: dict[str, Any]) -> Receipt:
        reset_factors(user=values["username"], reason=values["reason"], request=request)
        return Receipt(f"{values['username']} 的第二重验证已重设。", back)

    page = Page(
        title="重设第二重验证",
        lead="手机、安全密钥和恢复码都遗失时办理。请先当面或用已知电话核实本人。",
        crumbs=(Crumb("登录暂停", back),),
    )
    screen = FormScreen(submit="重设", back=back, outcome=OUTCOME, danger=True)
    return respond_with_form(request, page, screen, form, act)
