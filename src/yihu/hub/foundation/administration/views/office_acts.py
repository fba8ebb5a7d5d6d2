"""Acts on offices: open, rename, move, merge, close, and taking back what is not yet due."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.forms import offices as forms
from yihu.hub.foundation.administration.selectors.reach import get_office
from yihu.hub.foundation.administration.views.door import way
from yihu.hub.foundation.administration.views.offices import OFFICE_HELP
from yihu.hub.foundation.org.choices import OfficeLevel
from yihu.hub.foundation.org.models import Office, OfficeChange, Post
from yihu.hub.foundation.org.selectors.reach import within
from yihu.hub.foundation.org.services import offices as services
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Page

ask = require_http_methods(["GET", "POST"])


@requires("org.offices")
@ask
def new_office(request: HttpRequest, code: str) -> HttpResponse:
    """A new office below this one."""
    parent = get_office(request.user, "org.offices", code)
    level = min(parent.level + 1, OfficeLevel.BRANCH)
    form = filled(request, forms.OpenOfficeForm, initial={"parent": str(parent), "level": level})
    screen = FormScreen(
        "设立机关",
        _url(parent),
        groups=(
            ("机关", ("code", "name", "level", "division_code")),
            ("隶属与生效", ("parent", "effective_on", "note")),
        ),
        outcome=(
            "机关出现在机关树上，可以为它设岗位。",
            "户的主管机关代码与此代码一致时，即归它管。",
            "代码启用后不再改动；名称和隶属以后可按日期变动。",
        ),
    )

    def do(values: dict[str, Any]) -> Receipt:
        office = services.open_office(actor=request.user, now=timezone.now(), **values)
        return Receipt(f"已设立 {office.name}（{office.code}）。下一步：为它设岗位。", _url(office))

    return respond_with_form(request, _page("设立下级机关", parent), screen, form, do)


@requires("org.offices")
@ask
def rename_office(request: HttpRequest, code: str) -> HttpResponse:
    """Another name from a day on."""
    office = get_office(request.user, "org.offices", code)
    form = filled(request, forms.RenameOfficeForm, initial={"name": office.name})
    screen = FormScreen("更名", _url(office), outcome=("到生效日，各处都显示新名称；代码不变，任职和权限不受影响。",))
    return _dated(request, "更名", office, screen, form, services.rename_office)


@requires("org.offices")
@ask
def move_office(request: HttpRequest, code: str) -> HttpResponse:
    """Another superior from a day on."""
    office = get_office(request.user, "org.offices", code)
    below = Office.objects.filter(path__startswith=office.path).count() - 1
    form = filled(request, forms.MoveOfficeForm)
    screen = FormScreen(
        "调整隶属",
        _url(office),
        outcome=(
            f"下级机关 {below:,} 个一并随迁。",
            "原上级的人不再看到本机关的户，新上级的人到日即可看到。",
            "本机关的岗位和任职不变。",
        ),
    )
    return _dated(request, "调整隶属", office, screen, form, services.move_office)


@requires("org.offices")
@ask
def merge_office(request: HttpRequest, code: str) -> HttpResponse:
    """Into another office."""
    office = get_office(request.user, "org.offices", code)
    form = filled(request, forms.MergeOfficeForm)
    screen = FormScreen(
        "并入",
        _url(office),
        danger=True,
        outcome=(*_standing(office), "本机关代码下的户由并入的机关接管。", "到日起不能再为本机关设岗位、派人员。"),
    )
    return _dated(request, "并入", office, screen, form, services.merge_office)


@requires("org.offices")
@ask
def close_office(request: HttpRequest, code: str) -> HttpResponse:
    """An end."""
    office = get_office(request.user, "org.offices", code)
    form = filled(request, forms.CloseOfficeForm)
    screen = FormScreen(
        "撤销机关",
        _url(office),
        danger=True,
        outcome=(*_standing(office), "还有下级机关、在岗人员时不能撤销，请先迁移或终止。", "历史记录全部保留。"),
    )
    return _dated(request, "撤销", office, screen, form, services.close_office)


@requires("org.offices")
@require_POST
def cancel_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Take back a change that is not yet due."""
    reachable = within(request.user, "org.offices", "office__")
    change = get_object_or_404(OfficeChange.objects.filter(reachable).select_related("office"), pk=change_id)
    back = f"{_url(change.office)}?tab=changes"

    def do() -> Receipt:
        services.cancel_change(actor=request.user, now=timezone.now(), change=change)
        return Receipt(f"已取消 {change.effective_on} 的{change.get_act_display()}。", back)

    return respond_with_act(request, do, back=back)


def _dated(request: HttpRequest, title: str, office: Office, screen: FormScreen, form: Any, verb: Any) -> HttpResponse:
    """An act on one office with a day: its receipt says when it takes effect."""

    def do(values: dict[str, Any]) -> Receipt:
        values.pop("sure", None)
        verb(actor=request.user, now=timezone.now(), office=office, **values)
        due = values["effective_on"]
        when = "即刻生效" if due <= timezone.localdate() else f"{due} 自动生效，之前可在“变动”页取消"
        return Receipt(f"{office.name}：{title}已办理，{when}。", f"{_url(office)}?tab=changes")

    return respond_with_form(request, _page(title, office), screen, form, do)


def _standing(office: Office) -> tuple[str, ...]:
    """What still stands at the office, in words."""
    below = Office.objects.filter(path__startswith=office.path).count() - 1
    posts = Post.objects.filter(office=office).on_or_after(timezone.localdate()).count()
    people = office.users.filter(is_active=True).count()
    return (f"现有下级机关 {below:,} 个、岗位 {posts:,} 个、在岗人员 {people:,} 人。",)


def _url(office: Office) -> str:
    return reverse("administration:office", args=[office.code])


def _page(title: str, office: Office) -> Page:
    above = (way("机关", "offices"), way(office.name, "office", office.code))
    return Page(f"{title}：{office.name}", crumbs=above, help=OFFICE_HELP)
