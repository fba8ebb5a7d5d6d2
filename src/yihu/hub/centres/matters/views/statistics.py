"""How many, how fast, how often sent back: by matter and by office."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.forms.span import DaysForm
from yihu.hub.centres.matters.selectors.cases import list_cases
from yihu.hub.centres.matters.selectors.statistics import Figures, figures_by, figures_of, since
from yihu.hub.centres.matters.views.cases import CASES_CRUMB
from yihu.hub.centres.matters.views.catalogue import CATALOGUE
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.exports import respond_with_file
from yihu.hub.screens.pages import Page

HEADS = ("名称", "申请数", "办结数", "准予数", "在办数", "超期数", "按时率", "平均办理天数", "退回率")
HELP = (
    ("按时率", "在期限内办结的，占全部办结的比例；中止计时的日子不算。"),
    ("平均办理天数", "按事项规定的工作日或日历日计，减去中止计时的天数。"),
    ("退回率", "至少被退回过一次的，占全部申请的比例。"),
)


@requires("matter.cases", reads="case-figures")
def statistics(request: HttpRequest) -> HttpResponseBase:
    """The figures of the cases within reach."""
    form = DaysForm(request.GET)
    form.is_valid()
    rows = since(list_cases(request.user), form.cleaned_data.get("first"), form.cleaned_data.get("last"))
    now = timezone.now()
    by_matter = figures_by(rows, "matter__key", "matter__name", now=now)
    by_office = figures_by(rows, "office_code", "office_name", now=now)
    kind, wanted = request.GET.get("export", ""), request.GET.get("by", "matter")
    if kind in {"csv", "xlsx"}:
        table = by_office if wanted == "office" else by_matter
        record(verb="case.export", request=request, target="case:statistics", detail={"kind": kind, "rows": len(table)})
        return respond_with_file(kind, "办理统计", HEADS, [_cells(f) for f in table])
    page = Page("办理统计", "本机关及下级机关的办件，按提交日统计。", (CATALOGUE, CASES_CRUMB), help=HELP)
    tables = (("matter", "按事项", by_matter), ("office", "按机关", by_office))
    return render(
        request,
        "matters/statistics.html",
        {"page": page, "form": form, "total": figures_of(rows, now=now), "tables": tables},
    )


def _cells(one: Figures) -> list[object]:
    return [
        one.name, one.total, one.finished, one.granted, one.open, one.overdue, _share(one.on_time),
        "" if one.mean_days is None else round(one.mean_days, 1), _share(one.returned),
    ]  # fmt: skip


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"
