"""New tables, drafts, their first day, and the editor."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.forms import DraftForm, NewTableForm
from yihu.hub.centres.rules.models import TableVersion
from yihu.hub.centres.rules.services import drafting
from yihu.hub.centres.rules.views.tables import HELP, home_crumb, table_crumbs, table_or_404
from yihu.hub.centres.rules.views.versions import version_or_404
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Act, Crumb, Page
from yihu.kit.feel.signatures import SIGNATURES
from yihu.kit.findings import Severity

EDITOR_HELP = (
    ("条件", '写 <= 3、[1..10)、"甲", "乙"、not("丙")；- 或留空表示不限。文字要用英文双引号。'),
    ("区间", "方括号含端点，圆括号不含：[1..10) 是不低于 1、小于 10。"),
    ("结果", '常数或算式，如 "局长"、20、amount * 0.1。'),
    (
        "列",
        "双击列头写数据项、类型和允许的值；类型 string 是文字、number 数字、integer 整数、boolean 是否、date 日期。",
    ),
    ("允许值", "写了允许值，缺口分析就不会列出不可能出现的输入。"),
    ("依据", "每条规则最右一列写法规与条款；在下面的表里可以给规则写有效期。"),
    ("函数", "、".join(f"{name}（{one.help_zh}）" for name, one in SIGNATURES.items())),
)


def _where(version: TableVersion) -> str:
    return reverse("rules:version", args=[version.table.key, version.number])


@requires("rules.edit")
def table_new(request: HttpRequest) -> HttpResponse:
    """A new table."""
    page = Page("新建决策表", "先起名，再在编辑器里写列和规则。", crumbs=(home_crumb(),), help=EDITOR_HELP)

    def act(data: dict[str, Any]) -> Receipt:
        made = drafting.create_table(actor=request.user, now=timezone.now(), request=request, **data)
        return Receipt(
            f"“{made.table}”已建立，请接着写规则。", reverse("rules:edit", args=[made.table.key, made.number])
        )

    screen = FormScreen("建立并去写规则", reverse("rules:tables"), outcome=("建立一个草稿，发布前不影响任何判定。",))
    return respond_with_form(request, page, screen, filled(request, NewTableForm, initial=_today()), act)


def _today() -> dict[str, Any]:
    return {"valid_from": timezone.localdate()}


@requires("rules.edit")
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """A draft of a new version."""
    table = table_or_404(key)
    page = Page("起草新版本", f"复制“{table.name}”现行版的全部规则，再改。", crumbs=table_crumbs(table), help=HELP)

    def act(data: dict[str, Any]) -> Receipt:
        made = drafting.start_draft(table=table, actor=request.user, now=timezone.now(), request=request, **data)
        return Receipt(f"草稿“{made}”已建立。", reverse("rules:edit", args=[key, made.number]))

    screen = FormScreen(
        "起草", reverse("rules:table", args=[key]),
        outcome=("复制现行版为草稿，现行版照常判定。", "改好后送审，由另一人发布。", "从施行日期起按新版判定。"),
    )  # fmt: skip
    return respond_with_form(request, page, screen, filled(request, DraftForm, initial=_today()), act)


@requires("rules.edit")
def terms(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """First day and note of a draft."""
    found = version_or_404(request, key, number)
    page = Page(
        "施行日期与说明", str(found), crumbs=(*table_crumbs(found.table), Crumb(f"第 {number} 版", _where(found)))
    )

    def act(data: dict[str, Any]) -> Receipt:
        drafting.change_terms(version=found, actor=request.user, request=request, **data)
        return Receipt("施行日期与说明已保存。", _where(found))

    form = filled(request, DraftForm, initial={"valid_from": found.valid_from, "change_note": found.change_note})
    return respond_with_form(request, page, FormScreen("保存", _where(found)), form, act)


@requires("rules.edit")
def edit(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The editor; a POST of `xml` and `seen` saves and answers with the findings as JSON."""
    found = version_or_404(request, key, number)
    if request.method == "POST":
        return _save(request, found)
    if found.state != VersionState.DRAFT:
        return redirect(_where(found))
    page = Page(
        f"修改第 {number} 版", found.table.name, (*table_crumbs(found.table), Crumb(f"第 {number} 版", _where(found))),
        (Act("返回版本", _where(found), "arrow-left"),), EDITOR_HELP,
    )  # fmt: skip
    context = {"page": page, "version": found, "findings": _sorted(found), "where": _where(found)}
    return render(request, "rules/edit.html", context)


def _save(request: HttpRequest, found: TableVersion) -> HttpResponse:
    try:
        saved = drafting.save_draft(
            version=found, xml=request.POST.get("xml", ""), seen=request.POST.get("seen", ""),
            actor=request.user, request=request,
        )  # fmt: skip
    except UnableTo as error:
        return JsonResponse({"message": str(error)}, status=409)
    html = render_to_string("rules/findings.html", {"findings": _sorted(saved), "version": saved}, request=request)
    return JsonResponse({"digest": saved.digest, "findings": html, "count": len(saved.findings)})


def _sorted(version: TableVersion) -> list[dict[str, Any]]:
    order = {Severity.REJECT: 0, Severity.FLAG: 1, Severity.NOTE: 2}
    return sorted(version.findings, key=lambda one: order[Severity(one["severity"])])
