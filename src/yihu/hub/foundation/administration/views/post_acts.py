"""Acts on departments and posts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.forms import offices as forms
from yihu.hub.foundation.administration.selectors.offices import departments_of, holders_of
from yihu.hub.foundation.administration.selectors.reach import get_department, get_office, get_post
from yihu.hub.foundation.administration.views.door import today, way
from yihu.hub.foundation.administration.views.posts import HELP
from yihu.hub.foundation.org.models import Office
from yihu.hub.foundation.org.services import posts as services
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Page

ask = require_http_methods(["GET", "POST"])


@requires("org.posts")
@ask
def new_department(request: HttpRequest, code: str) -> HttpResponse:
    """A department of this office."""
    office = get_office(request.user, "org.posts", code)
    form = filled(request, forms.DepartmentForm)
    screen = FormScreen("设内设机构", _url("office", code), outcome=("设好后，新岗位可以归到这个内设机构下。",))

    def do(values: dict[str, Any]) -> Receipt:
        made = services.open_department(actor=request.user, now=timezone.now(), office=office, **values)
        return Receipt(f"已设内设机构 {made.name}。", f"{_url('office', code)}?tab=departments")

    return respond_with_form(request, _page("设内设机构", office), screen, form, do)


@requires("org.posts")
@ask
def new_post(request: HttpRequest, code: str) -> HttpResponse:
    """A post of this office."""
    office = get_office(request.user, "org.posts", code)
    form = filled(request, forms.PostForm, departments=departments_of(office).on_or_after(today()))
    screen = FormScreen(
        "设岗位",
        _url("office", code),
        outcome=("岗位先没有任何权限。", "下一步由安全管理员给它授岗责，再由您任命人员。"),
    )

    def do(values: dict[str, Any]) -> Receipt:
        made = services.open_post(actor=request.user, now=timezone.now(), office=office, **values)
        return Receipt(f"已设岗位 {made.name}。下一步：由安全管理员授予岗责，再任命人员。", _url("post", made.code))

    return respond_with_form(request, _page("设岗位", office), screen, form, do)


@requires("org.posts")
@ask
def rename_post(request: HttpRequest, code: str) -> HttpResponse:
    """Another name for a post."""
    post = get_post(request.user, "org.posts", code)
    form = filled(request, forms.RenameForm, initial={"name": post.name})
    screen = FormScreen("更名", _url("post", code), outcome=("即刻生效；代码、岗责和任职不变。",))

    def do(values: dict[str, Any]) -> Receipt:
        services.rename_post(actor=request.user, now=timezone.now(), post=post, **values)
        return Receipt(f"岗位已更名为 {values['name']}。", _url("post", code))

    return respond_with_form(request, _page(f"更名：{post.name}", post.office), screen, form, do)


@requires("org.posts")
@ask
def rename_department(request: HttpRequest, code: str) -> HttpResponse:
    """Another name for a department."""
    department = get_department(request.user, "org.posts", code)
    form = filled(request, forms.RenameForm, initial={"name": department.name})
    screen = FormScreen("更名", _url("department", code), outcome=("即刻生效；代码和岗位不变。",))

    def do(values: dict[str, Any]) -> Receipt:
        services.rename_department(actor=request.user, now=timezone.now(), department=department, **values)
        return Receipt(f"内设机构已更名为 {values['name']}。", _url("department", code))

    return respond_with_form(request, _page(f"更名：{department.name}", department.office), screen, form, do)


@requires("org.posts")
@ask
def close_post(request: HttpRequest, code: str) -> HttpResponse:
    """The end of a post."""
    post = get_post(request.user, "org.posts", code)
    form = filled(request, forms.EndForm)
    held = holders_of(post).on_or_after(today()).filter(refused_at__isnull=True).count()
    screen = FormScreen(
        "终止岗位",
        _url("post", code),
        danger=True,
        outcome=(f"现有任职 {held:,} 项。", "岗位终止后不产生任何权限；历史记录保留。"),
    )

    def do(values: dict[str, Any]) -> Receipt:
        values.pop("sure")
        services.close_post(actor=request.user, now=timezone.now(), post=post, **values)
        return Receipt(f"岗位 {post.name} 自 {values['effective_on']} 起终止。", _url("post", code))

    return respond_with_form(request, _page(f"终止岗位 {post.name}", post.office), screen, form, do)


@requires("org.posts")
@ask
def close_department(request: HttpRequest, code: str) -> HttpResponse:
    """The end of a department."""
    department = get_department(request.user, "org.posts", code)
    form = filled(request, forms.EndForm)
    screen = FormScreen(
        "终止内设机构", _url("department", code), danger=True, outcome=("其下还有岗位时不能终止，请先终止岗位。",)
    )

    def do(values: dict[str, Any]) -> Receipt:
        values.pop("sure")
        services.close_department(actor=request.user, now=timezone.now(), department=department, **values)
        return Receipt(f"内设机构 {department.name} 自 {values['effective_on']} 起终止。", _url("department", code))

    return respond_with_form(request, _page(f"终止内设机构 {department.name}", department.office), screen, form, do)


def _url(name: str, code: str) -> str:
    return reverse(f"administration:{name}", args=[code])


def _page(title: str, office: Office) -> Page:
    return Page(title, office.name, (way("机关", "offices"), way(office.name, "office", office.code)), help=HELP)
