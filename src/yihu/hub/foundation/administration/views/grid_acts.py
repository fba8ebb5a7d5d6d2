"""Acts on grids: set up, change, close; members and listed taxpayers come and go."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.forms import offices as forms
from yihu.hub.foundation.administration.selectors.reach import get_grid, get_office
from yihu.hub.foundation.administration.views.door import today, way
from yihu.hub.foundation.administration.views.grids import HELP
from yihu.hub.foundation.org.models import Grid, GridMember, GridTaxpayer
from yihu.hub.foundation.org.selectors.reach import within
from yihu.hub.foundation.org.services import grids as services
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Page

ask = require_http_methods(["GET", "POST"])


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
def change_grid(request: HttpRequest, code: str) -> HttpResponse:
    """Another name or ground."""
    found = get_grid(request.user, "grid.keep", code)
    form = filled(request, forms.GroundForm, initial={"name": found.name, "divisions": " ".join(found.divisions)})
    screen = FormScreen(
        "修改", _url(found),
        outcome=(
            f"即刻生效，涉及网格员 {_members(found):,} 人：新范围内的户即可看到，范围外的即看不到。",
            "点名列出的户不受影响；修改前后的值都留在记录里。",
        ),
    )  # fmt: skip

    def do(values: dict[str, Any]) -> Receipt:
        services.change_grid(actor=request.user, now=timezone.now(), grid=found, **values)
        return Receipt(f"已修改网格 {values['name']}，即刻生效。", _url(found))

    return respond_with_form(request, _page("修改网格", found), screen, form, do)


@requires("grid.keep")
@ask
def close_grid(request: HttpRequest, code: str) -> HttpResponse:
    """The end of a grid."""
    found = get_grid(request.user, "grid.keep", code)
    listed = GridTaxpayer.objects.filter(grid=found).on_or_after(today()).count()
    screen = FormScreen(
        "撤销网格", _url(found), danger=True,
        outcome=(
            f"网格员 {_members(found):,} 人到日起不再通过本网格看到户，点名户 {listed:,} 户也在内。",
            "户仍归本机关管，请把它们划入其他网格。",
            "历史记录保留；撤销后不能恢复，须另设网格。",
        ),
    )  # fmt: skip

    def do(values: dict[str, Any]) -> Receipt:
        day = values["effective_on"]
        services.close_grid(actor=request.user, now=timezone.now(), grid=found, effective_on=day)
        return Receipt(f"网格 {found.name} 自 {day} 起撤销。", _url(found))

    return respond_with_form(request, _page("撤销网格", found), screen, filled(request, forms.EndForm), do)


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


@requires("grid.keep")
@ask
def unlist_taxpayer(request: HttpRequest, row_id: int) -> HttpResponse:
    """A taxpayer no longer listed by number."""
    reachable = within(request.user, "grid.keep", "grid__office__")
    row = get_object_or_404(GridTaxpayer.objects.filter(reachable).select_related("grid__office"), pk=row_id)
    back = f"{_url(row.grid)}?tab=taxpayers"
    screen = FormScreen(
        "取消点名", back, danger=True,
        outcome=(f"网格员到日起不再因点名看到 {row.number}；该户在区划范围内的，仍看得到。",),
    )  # fmt: skip

    def do(values: dict[str, Any]) -> Receipt:
        day = values["effective_on"]
        services.unlist_taxpayer(actor=request.user, now=timezone.now(), listed=row, effective_on=day)
        return Receipt(f"{row.number} 自 {day} 起不再点名列入 {row.grid.name}。", back)

    return respond_with_form(request, _page("取消点名", row.grid), screen, filled(request, forms.EndForm), do)


def _members(found: Grid) -> int:
    return GridMember.objects.filter(grid=found).on_or_after(today()).count()


def _url(found: Grid) -> str:
    return reverse("administration:grid", args=[found.code])


def _page(title: str, found: Grid) -> Page:
    return Page(
        f"{title}：{found.name}",
        crumbs=(way(found.office.name, "office", found.office.code), way(found.name, "grid", found.code)),
        help=HELP,
    )
