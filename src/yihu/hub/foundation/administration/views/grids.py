"""Grids: the list, one grid, its members and listed taxpayers."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.screens import grids as lists
from yihu.hub.foundation.administration.screens.dated import state_of
from yihu.hub.foundation.administration.screens.offices import GRIDS
from yihu.hub.foundation.administration.selectors import histories
from yihu.hub.foundation.administration.selectors import offices as read
from yihu.hub.foundation.administration.selectors.reach import get_grid
from yihu.hub.foundation.administration.views.door import act, recorder, today, way, without_acts_unless
from yihu.hub.foundation.org.models import Grid, GridMember, GridTaxpayer
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Fact, Page, Tab

HELP = (
    ("范围", "网格管的户有两种：本机关中行政区划落在所列前缀内的户，以及点名列出的户。"),
    ("网格员", "岗责的管户范围是“所在网格”的人，只看到自己网格的户；退出网格，到日即看不到。"),
    ("设网格", "到机关页点“设网格”。"),
)


@requires("grid.keep")
def grids(request: HttpRequest) -> HttpResponseBase:
    """Grids within reach."""
    office = request.user.office
    acts = act(request, "grid.keep", "设网格", "new-grid", office.code, icon="plus", primary=True)
    page = Page("网格", "把机关的户分给具体的人。", acts=acts, help=HELP)
    rows = read.list_grids(request.user, "grid.keep", today())
    return respond_with_list(request, page, GRIDS, rows, record_export=recorder(request, "grid", "网格"))


@requires("org.view")
def grid(request: HttpRequest, code: str) -> HttpResponseBase:
    """One grid: members and listed taxpayers."""
    found = get_grid(request.user, "org.view", code)
    above = (way(found.office.name, "office", found.office.code),)
    page = Page(found.name, crumbs=above, acts=_acts(request, found), help=HELP)
    head = DetailHead(
        (
            Fact("网格代码", found.code),
            Fact("机关", found.office.name, reverse("administration:office", args=[found.office.code])),
            Fact("区划范围", "、".join(found.divisions) or "只管点名户"),
            Fact("设立日", found.valid_from, kind="day"),
        ),
        (Tab("members", "网格员"), Tab("taxpayers", "点名户")),
        state_of(found),
    )
    members, listed = (without_acts_unless(request.user, "grid.keep", s) for s in (lists.MEMBERS, lists.TAXPAYERS))
    parts = {
        "members": (members, lambda: GridMember.objects.filter(grid=found).select_related("user")),
        "taxpayers": (listed, lambda: GridTaxpayer.objects.filter(grid=found)),
    }
    return respond_with_detail(
        request, page, head, parts, record_export=recorder(request, "grid", found.name),
        history=lambda: histories.of_grid(found),
    )  # fmt: skip


def _acts(request: HttpRequest, found: Grid) -> tuple[Act, ...]:
    if found.valid_to is not None and found.valid_to <= today():
        return ()
    return (
        *act(request, "grid.keep", "增加网格员", "add-member", found.code, icon="user-plus", primary=True),
        *act(request, "grid.keep", "点名列户", "list-taxpayers", found.code),
        *act(request, "grid.keep", "修改", "change-grid", found.code),
        *act(request, "grid.keep", "撤销网格", "close-grid", found.code),
    )
