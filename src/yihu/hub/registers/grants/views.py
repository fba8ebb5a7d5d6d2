"""Pages of what was granted: three lists, and saying that a change stands in the system of record."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.grants import screens, selectors, services
from yihu.hub.registers.grants.forms import EnterForm
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import ListScreen
from yihu.hub.screens.pages import Crumb, Page, Tab

HELP = (
    ("发票总额度", "一个自然月内可开具发票的合计金额（不含增值税）上限。新的长期额度自动终止旧的；临时额度当月有效。"),
    ("延期缴纳", "省级税务机关批准，最长三个月；同一笔税款不再次延期。"),
    ("登记变更", "一户式的名册按快照更新，不在此处改写；核准的变更先记在这里，待在核心征管系统中完成后登记回执号，"
     "下一次快照就会带来新的登记信息。"),
)  # fmt: skip
LISTS = {
    "quotas": ("发票总额度", screens.QUOTAS, selectors.list_quotas),
    "deferrals": ("延期缴纳税款", screens.DEFERRALS, selectors.list_deferrals),
    "changes": ("登记变更", screens.CHANGES, selectors.list_changes),
}


@requires("household.view", reads="grants")
@require_safe
def quotas(request: HttpRequest) -> HttpResponseBase:
    """The three lists as tabs; the first one opens."""
    tabs = tuple(Tab(key, title) for key, (title, _, _) in LISTS.items())
    page = Page("核准台账", "办结事项在此留下的额度、期限与变更，按户、按日可查", help=HELP)
    parts = {key: (_for(request, key, screen), rows) for key, (_, screen, rows) in LISTS.items()}
    return respond_with_detail(request, page, DetailHead((), tabs), parts, record_export=_recorder(request))


def _for(request: HttpRequest, key: str, screen: ListScreen) -> ListScreen:
    enters = key == "changes" and request.user.holds("grants.enter")
    return screen if enters or key != "changes" else replace(screen, row_acts=())


def _recorder(request: HttpRequest) -> Callable[[str, int], object]:
    def write(kind: str, rows: int) -> object:
        return record(
            verb="grants.export", request=request, target=f"page:{request.path}", target_name=f"核准台账 {rows} 行",
            detail={"rows": rows, "kind": kind, "query": request.GET.urlencode()},
        )  # fmt: skip

    return write


@requires("grants.enter")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, change_id: int) -> HttpResponse:
    """Say under which receipt a change was entered."""
    rows: QuerySet = selectors.list_changes()
    found = rows.filter(pk=change_id).first()
    if found is None:
        raise Http404("没有这项变更，或该户不在您的管辖范围内")
    back = f"{reverse('grants:quotas')}?tab=changes"
    page = Page(
        f"写入登记系统：{found.taxpayer_name}", screens.said(found), crumbs=(Crumb("核准台账", back),), help=HELP
    )
    screen = FormScreen("登记回执", back, outcome=("这项变更标为“已写入登记系统”。", "下一次快照更新名册。"))

    def act(given: dict[str, Any]) -> Receipt:
        services.enter_change(change=found, actor=request.user, now=timezone.now(), **given)
        return Receipt(f"已登记回执 {given['receipt']}。", back)

    return respond_with_form(request, page, screen, filled(request, EnterForm), act)
