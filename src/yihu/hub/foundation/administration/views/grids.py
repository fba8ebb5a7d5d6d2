"""Grids: the list, one grid, its members and listed taxpayers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.forms import offices as forms
from yihu.hub.foundation.administration.screens import grids as lists
from yihu.hub.foundation.administration.screens.dated import state_of
from yihu.hub.foundation.administration.screens.offices import GRIDS
from yihu.hub.foundation.administration.selectors import offices as read
from yihu.hub.foundation.administration.selectors.reach import get_grid, get_office
from yihu.hub.foundation.administration.views.door import act, recorder, today, way, without_acts_unless
from yihu.hub.foundation.org.models import Grid, GridMember, GridTaxpayer
from yihu.hub.foundation.org.selectors.reach import within
from yihu.hub.foundation.org.services import grids as services
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Fact, Page, Tab

ask = require_http_methods(["GET", "POST"])
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
    acts = (
        *act(request, "grid.keep", "增加网格员", "add-member", code, icon="user-plus", primary=True),
        *act(request, "grid.keep", "点名列户", "list-taxpayers", code),
    )
    page = Page(found.name, crumbs=(way(found.office.name, "office", found.office.code),), acts=acts, help=HELP)
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
    return respond_with_detail(request, page, head, parts, record_export=recorder(request, "grid", found.name))


@requires("grid.keep")
@ask
def new_grid(request: HttpRequest, code: str) -> HttpResponse:
    """A grid of this office."""
    office = get_office(request.user, "grid.keep", code)
    screen = FormScreen(
        "设网格", reverse("administration:grids"), outcome=("网格先没有人；设好后增加网格员、点名列户。",)
    )

    def do(values: dict[str, Any]) -> Receipt:
        made = services.open_grid(actor=request.user, now=timezone.now(), office=office, **values)
        return Receipt(f"已设网格 {made.name}。下一步：增加网格员。", _url(made))

    page = Page("设网格", office.name, (way("网格", "grids"),), help=HELP)
    return respond_with_form(request, page, screen, filled(request, forms.GridForm), do)


@requires("grid.keep")
@ask
def add_member(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody looks after this grid."""
    found = get_grid(request.user, "grid.keep", code)
    screen = FormScreen("增加网格员", _url(found), outcome=("岗责范围为“所在网格”的人，到日即看到本网格的户。",))

    def do(values: dict[str, Any]) -> Receipt:
        services.add_member(actor=request.user, now=timezone.now(), grid=found, **values)
        return Receipt(f"{values['user'].display_name} 自 {values['valid_from']} 起负责 {found.name}。", _url(found))

    return respond_with_form(request, _page("增加网格员", found), screen, filled(request, forms.GridMemberForm), do)


@requires("grid.keep")
@ask
def list_taxpayers(request: HttpRequest, code: str) -> HttpResponse:
    """Taxpayers listed by number."""
    found = get_grid(request.user, "grid.keep", code)
    screen = FormScreen("点名列户", _url(found), outcome=("网格员到日即看到这些户，不论其行政区划。",))

    def do(values: dict[str, Any]) -> Receipt:
        added = services.list_taxpayers(actor=request.user, now=timezone.now(), grid=found, **values)
        return Receipt(f"已列入 {added} 户，原已在册的没有重复加入。", f"{_url(found)}?tab=taxpayers")

    return respond_with_form(request, _page("点名列户", found), screen, filled(request, forms.GridTaxpayersForm), do)


@requires("grid.keep")
@ask
def end_member(request: HttpRequest, row_id: int) -> HttpResponse:
    """Somebody no longer looks after a grid."""
    reachable = within(request.user, "grid.keep", "grid__office__")
    row = get_object_or_404(GridMember.objects.filter(reachable).select_related("grid__office", "user"), pk=row_id)
    screen = FormScreen("退出网格", _url(row.grid), danger=True, outcome=("到日起不再通过本网格看到户。",))

    def do(values: dict[str, Any]) -> Receipt:
        day = values["effective_on"]
        services.end_member(actor=request.user, now=timezone.now(), member=row, effective_on=day)
        return Receipt(f"{row.user.display_name} 自 {day} 起退出 {row.grid.name}。", _url(row.grid))

    return respond_with_form(request, _page("退出网格", row.grid), screen, filled(request, forms.EndForm), do)


def _url(found: Grid) -> str:
    return reverse("administration:grid", args=[found.code])


def _page(title: str, found: Grid) -> Page:
    return Page(
        f"{title}：{found.name}",
        crumbs=(way(found.office.name, "office", found.office.code), way(found.name, "grid", found.code)),
    )
