"""Pages of the register: which taxpayer bears which label, and giving one."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import Label, requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.taxpayers import services
from yihu.hub.registers.taxpayers.forms import LabelForm
from yihu.hub.registers.taxpayers.models import Taxpayer
from yihu.hub.registers.taxpayers.selectors import find_taxpayer, list_taxpayers
from yihu.hub.screens.forms import FormScreen, Receipt, respond_with_form
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct, respond_with_list
from yihu.hub.screens.pages import Crumb, Empty, Mark, Page

HELP = (
    ("公开", "任何有查看权限的岗位都能看到。"),
    ("内部", "默认级别：管户范围内的税收管理员可以查看。"),
    ("敏感", "科所长以上可以查看，每次会话都须说明事由。"),
    ("重要", "仅局领导可以查看，每次会话都须说明事由。"),
    ("高于知悉等级", "对级别不够的人，这一户在清单、搜索、追踪、导出和计数里都不出现。"),
)


def _mark(taxpayer: Taxpayer) -> Mark:
    label = Label(taxpayer.label)
    return Mark(label.label, "stop" if label >= Label.SENSITIVE else "on" if label == Label.PUBLIC else "off")


def _by_text(rows: QuerySet, text: str) -> QuerySet:
    return rows & list_taxpayers(text)


def _by_label(rows: QuerySet, label: str) -> QuerySet:
    return rows.filter(label=label) if label.isdecimal() else rows


def _to_label(taxpayer: Taxpayer) -> str:
    return reverse("taxpayers:label", args=[taxpayer.number])


SCREEN = ListScreen(
    columns=(
        Column("number", "识别号", lambda t: t.number, kind="code", sort=("number",)),
        Column("name", "名称", lambda t: t.name, sort=("name",), link=_to_label),
        Column("office", "主管税务机关", lambda t: t.office_code or "—", kind="code", sort=("office_code",)),
        Column("label", "数据标签", _mark, kind="mark", sort=("label",)),
    ),
    empty=Empty("名册里没有纳税人", "发布快照后一分钟内自动更新；也可能筛选太窄，或超出您的管辖范围。"),
    filters=(
        Filter("q", "识别号或名称", _by_text),
        Filter("label", "标签", _by_label, kind="choice", choices=lambda request: [
            (str(value), title) for value, title in Label.choices
        ]),
    ),
    sort="-label",
    unit="户",
    row_acts=(RowAct("调整标签", _to_label),),
)  # fmt: skip


@requires("taxpayer.label")
@require_safe
def labels(request: HttpRequest) -> HttpResponseBase:
    """The register with its labels, the highest first."""
    page = Page("数据标签", "标签高于知悉等级的纳税人，对查看者处处隐去", help=HELP)

    def record_export(kind: str, rows: int) -> None:
        record(verb="taxpayer.export", request=request, target_name=f"数据标签 {rows} 户", detail={"kind": kind})

    return respond_with_list(request, page, SCREEN, list_taxpayers(), record_export=record_export)


@requires("taxpayer.label")
@require_http_methods(["GET", "HEAD", "POST"])
def label(request: HttpRequest, number: str) -> HttpResponse:
    """Give one taxpayer a label."""
    taxpayer = find_taxpayer(number)
    if taxpayer is None:
        raise Http404("没有这个识别号，或不在您的管辖范围内")
    back = reverse("taxpayers:labels")
    page = Page(
        f"调整标签：{taxpayer.name or number}",
        f"{number} · 现为“{Label(taxpayer.label).label}”",
        crumbs=(Crumb("数据标签", back),),
        help=HELP,
    )
    screen = FormScreen("确定调整", back, outcome=("下一次请求起生效；同一户的各个登记分别设定，以最高的为准。",))

    def act(given: dict[str, Any]) -> Receipt:
        services.set_label(request=request, number=number, label=given["label"], reason=given["reason"])
        return Receipt(f"已将 {taxpayer.name or number} 设为“{given['label'].label}”。", back)

    form = LabelForm(request.POST or None, initial={"label": taxpayer.label})
    return respond_with_form(request, page, screen, form, act)
