"""Reconciliations with outside systems: the reports, one report, mending it, fetching a list now."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.tasks.choices import ReportState
from yihu.hub.centres.tasks.models import Reconciliation
from yihu.hub.centres.tasks.screens.reconciling import DIFFERENCES, REPORTS, report_state
from yihu.hub.centres.tasks.selectors.reconciling import list_reports, systems_to_fetch
from yihu.hub.centres.tasks.services.fetching import reconcile_fetched
from yihu.hub.centres.tasks.services.reconciling import mend
from yihu.hub.centres.tasks.views.door import recorder, way
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.forms import Receipt, respond_with_act
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Fact, Page, Tab

HELP = (
    ("本系统缺少", "对方还在办，本系统没有：推送丢失了。清单带标题的可以补收，否则请对方重新推送。"),
    ("对方已无", "本系统还在办，对方清单里没有：办结或撤回的消息丢失了，修正即撤回。"),
    ("本系统较旧", "对方有更新的内容，本系统没有收到。"),
    ("本系统已办结", "本系统人员已办，对方还显示在办：以本系统为准，对方应据办理结果更新。"),
)


@requires("exchange.view")
@require_safe
def reports(request: HttpRequest) -> HttpResponseBase:
    """The reports of systems within reach, newest first."""
    can = systems_to_fetch(request.user) if request.user.holds("exchange.operate") else []
    page = Page("对账报告", "外部系统在办的待办与本系统逐条比对的结果。", help=HELP)
    return respond_with_list(
        request, page, REPORTS, list_reports(request.user), record_export=recorder(request, "对账报告"),
        template="tasks/reconciliations.html", context={"fetchable": can},
    )  # fmt: skip


@requires("exchange.view")
@require_safe
def report(request: HttpRequest, report_id: int) -> HttpResponseBase:
    """One report and its differences."""
    found = _report(request, report_id, "exchange.view")
    page = Page(f"{found.source.name} 对账", crumbs=(way("对账报告", "reconciliations"),), help=HELP)
    by = found.mended_by.display_name if found.mended_by else "系统自动" if found.mended_at else ""
    facts = (
        Fact("系统代码", found.source.code),
        Fact("对账时间", found.made_at, kind="minute"),
        Fact("方式", found.get_way_display()),
        Fact("对方在办", found.theirs, kind="count"),
        Fact("本系统在办", found.ours, kind="count"),
        Fact("差异", found.differing, kind="count"),
        Fact("已修正", found.mended, kind="count"),
        Fact("修正人", by),
        Fact("说明", found.failure),
    )
    may = (
        found.state == ReportState.OPEN and list_reports(request.user, "exchange.operate").filter(pk=found.pk).exists()
    )
    return respond_with_detail(
        request, page, DetailHead(facts, (Tab("differences", "差异"),), report_state(found)),
        {"differences": (DIFFERENCES, found.differences.all)}, record_export=recorder(request, "对账差异"),
        context={"body": "tasks/differences.html", "report": found, "may_mend": may},
    )  # fmt: skip


@requires("exchange.operate")
@require_POST
def mend_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Make the to-dos here stand as the system has them."""
    found = _report(request, report_id, "exchange.operate")
    back = reverse("tasks:reconciliation", args=[report_id])

    def act() -> Receipt:
        done = mend(report_id=found.pk, actor=request.user, now=timezone.now())
        rest = done.differing - done.mended
        left = f"，{rest} 条不能自动修正，见说明" if rest else ""
        return Receipt(f"已修正 {done.mended} 条{left}。", back)

    return respond_with_act(request, act, back=back)


@requires("exchange.operate")
@require_POST
def fetch_now(request: HttpRequest) -> HttpResponse:
    """Fetch the list of one system and compare."""
    code = request.POST.get("system", "")
    system = next((one for one in systems_to_fetch(request.user) if one.code == code), None)
    if system is None:
        raise Http404
    made = reconcile_fetched(system=system, now=timezone.now())

    def act() -> Receipt:
        where = reverse("tasks:reconciliation", args=[made.pk])
        return Receipt(f"已与{system}对账：{report_state(made).text}。", where)

    return respond_with_act(request, act, back=reverse("tasks:reconciliations"))


def _report(request: HttpRequest, report_id: int, permission: str) -> Reconciliation:
    found = list_reports(request.user, permission).filter(pk=report_id).first()
    if found is None:
        raise Http404
    return found
