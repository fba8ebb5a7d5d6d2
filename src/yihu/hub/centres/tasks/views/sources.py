"""Sources of to-dos, kept by the security administrator."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.tasks.forms.sources import RegisterForm, SourceForm, initial_of
from yihu.hub.centres.tasks.models import Source
from yihu.hub.centres.tasks.services.registering import change_source, register_source
from yihu.hub.centres.tasks.views.door import recorder, way
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct, respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Empty, Fact, Mark, Page

HELP = (
    ("来源", "向本系统登记待办的系统。本系统的来源由程序自带；外部系统在此登记后才能推送。"),
    ("可跳转域名", "待办是大家信任的链接：只打开登记域名的 https 地址，其他一律不收、不开。"),
    ("低风险与短信", "批量办理、短信审批只限列明的低风险事项，金额不超过上限。改动逐次留痕。"),
)
GROUPS = (
    ("来源", ("name", "is_active", "hosts")),
    ("低风险与短信审批", ("low_risk_kinds", "sms_kinds", "sms_cap_amount")),
)
STATE = {True: Mark("启用", "on"), False: Mark("停用", "stop")}


def _address(source: Source) -> str:
    return reverse("tasks:source", args=[source.code])


SCREEN = ListScreen(
    columns=(
        Column("code", "代码", lambda s: s.code, kind="code", sort=("code",), link=_address),
        Column("name", "名称", lambda s: s.name, sort=("name",), link=_address),
        Column("kind", "类别", lambda s: s.get_kind_display(), sort=("kind",)),
        Column("hosts", "可跳转域名", lambda s: "、".join(s.hosts)),
        Column("low", "低风险事项", lambda s: "、".join(s.low_risk_kinds)),
        Column("sms", "可短信审批", lambda s: "、".join(s.sms_kinds)),
        Column("state", "状态", lambda s: STATE[s.is_active], kind="mark", sort=("is_active",)),
    ),
    empty=Empty("还没有待办来源", "本系统的来源在收到第一件待办时自动登记；外部系统请点“登记外部系统”。"),
    filters=(
        Filter("q", "代码或名称", lambda rows, t: rows.filter(name__contains=t) | rows.filter(code__startswith=t)),
    ),
    sort="code",
    unit="个",
    row_acts=(RowAct("修改", lambda s: reverse("tasks:change-source", args=[s.code])),),
)


@requires("tasks.sources")
@require_safe
def sources(request: HttpRequest) -> HttpResponseBase:
    """All sources."""
    acts = (Act("登记外部系统", reverse("tasks:new-source"), "plus", primary=True),)
    page = Page("待办来源", "哪些系统可以登记待办，能跳到哪里，什么算低风险。", acts=acts, help=HELP)
    return respond_with_list(request, page, SCREEN, Source.objects.all(), record_export=recorder(request, "待办来源"))


@requires("tasks.sources")
@require_safe
def source(request: HttpRequest, code: str) -> HttpResponseBase:
    """One source and the history of its row."""
    found = get_object_or_404(Source, code=code)
    head = DetailHead(
        (
            Fact("代码", found.code),
            Fact("类别", found.get_kind_display()),
            Fact("可跳转域名", "、".join(found.hosts)),
            Fact("低风险事项", "、".join(found.low_risk_kinds)),
            Fact("可短信审批", "、".join(found.sms_kinds)),
            Fact("短信金额上限（元）", f"{found.sms_cap_amount:,.2f}"),
        ),
        (),
        STATE[found.is_active],
    )
    acts = (Act("修改", reverse("tasks:change-source", args=[code]), "edit", primary=True),)
    page = Page(found.name, crumbs=(way("待办来源", "sources"),), acts=acts, help=HELP)
    return respond_with_detail(
        request, page, head, {}, record_export=recorder(request, "待办来源"),
        history=lambda: [Source.objects.filter(pk=found.pk)],
    )  # fmt: skip


@requires("tasks.sources")
@require_http_methods(["GET", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """Register another system."""
    screen = FormScreen(
        submit="登记", back=reverse("tasks:sources"),
        outcome=("登记后该系统的待办可以进入各人清单。", "低风险与短信清单起初为空，登记后再设。"),
    )  # fmt: skip
    page = Page("登记外部系统", crumbs=(way("待办来源", "sources"),), help=HELP)

    def act(said: dict[str, Any]) -> Receipt:
        made = register_source(actor=request.user, now=timezone.now(), **said)
        return Receipt(f"已登记来源“{made.name}”", _address(made))

    return respond_with_form(request, page, screen, filled(request, RegisterForm), act)


@requires("tasks.sources")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a source."""
    found = get_object_or_404(Source, code=code)
    screen = FormScreen(
        submit="保存", back=_address(found),
        groups=GROUPS,
        outcome=(
            "已在清单中的待办保持原有的低风险标记，改动对新到的生效。",
            "移出短信清单的，已发出的代码也不能再办理。",
            "停用后该来源的新消息一律拒收，已有待办仍在各人清单中。",
        ),
    )  # fmt: skip
    page = Page(
        f"修改 {found.name}", crumbs=(way("待办来源", "sources"), Crumb(found.name, _address(found))), help=HELP
    )

    def act(said: dict[str, Any]) -> Receipt:
        change_source(actor=request.user, code=code, now=timezone.now(), **said)
        return Receipt("已保存", _address(found))

    return respond_with_form(request, page, screen, filled(request, SourceForm, initial=initial_of(found)), act)
