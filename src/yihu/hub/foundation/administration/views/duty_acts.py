"""Acts of the security administrator on duties: what they carry, and to which posts they are given."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.forms import duties as forms
from yihu.hub.foundation.administration.forms.offices import EndForm
from yihu.hub.foundation.administration.selectors.reach import get_post
from yihu.hub.foundation.administration.views.door import today, way
from yihu.hub.foundation.administration.views.duties import HELP
from yihu.hub.foundation.org.catalogue import may_carry, permission_name, permissions
from yihu.hub.foundation.org.models import Appointment, Duty, DutyPermission, PostDuty, in_effect
from yihu.hub.foundation.org.selectors.reach import within
from yihu.hub.foundation.org.services import duties as services
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Page

ask = require_http_methods(["GET", "POST"])


@requires("org.duties")
@ask
def new_duty(request: HttpRequest) -> HttpResponse:
    """A duty of one's own making."""
    form = filled(request, forms.NewDutyForm)
    back = reverse("administration:duties")
    screen = FormScreen("新设岗责", back, outcome=("岗责先没有任何权限，设好后逐项增加。", "授给岗位后才对人起作用。"))

    def do(values: dict[str, Any]) -> Receipt:
        made = services.define_duty(actor=request.user, now=timezone.now(), **values)
        return Receipt(f"已设岗责 {made.name}。下一步：增加权限。", _url("duty", made.code))

    return respond_with_form(request, Page("新设岗责", crumbs=(way("岗责", "duties"),), help=HELP), screen, form, do)


@requires("org.duties")
@ask
def change_duty(request: HttpRequest, code: str) -> HttpResponse:
    """Another name, reach or clearance."""
    duty = get_object_or_404(Duty, code=code)
    initial = {"name": duty.name, "scope_rule": duty.scope_rule, "clearance": duty.clearance}
    form = filled(request, forms.ChangeDutyForm, initial=initial)
    screen = FormScreen("修改", _url("duty", code), outcome=(_touched(duty), "即刻生效，修改前后的值都记入日志。"))

    def do(values: dict[str, Any]) -> Receipt:
        services.change_duty(actor=request.user, now=timezone.now(), duty=duty, **values)
        return Receipt(f"已修改岗责 {values['name']}，即刻生效。", _url("duty", code))

    return respond_with_form(request, _page("修改岗责", duty), screen, form, do)


@requires("org.duties")
@ask
def add_permission(request: HttpRequest, code: str) -> HttpResponse:
    """One more permission, from a day on."""
    duty = get_object_or_404(Duty, code=code)
    held = set(
        DutyPermission.objects.filter(in_effect(today()), duty=duty, valid_to=None).values_list("permission", flat=True)
    )
    choices = [
        (p.code, f"{p.name}（{p.family.label}，{'可改动' if p.write else '只查看'}）")
        for p in permissions().values()
        if may_carry(duty.family, p.code) and p.code not in held
    ]
    form = filled(request, forms.PermissionForm, choices=choices)
    screen = FormScreen(
        "增加权限",
        _url("duty", code),
        outcome=(
            _touched(duty),
            "与岗责里已有权限、与任何任此岗的人的其他权限不能冲突；冲突时系统会说明是谁、是哪两项。",
        ),
    )

    def do(values: dict[str, Any]) -> Receipt:
        services.add_permission(actor=request.user, now=timezone.now(), duty=duty, **values)
        return Receipt(
            f"{duty.name} 自 {values['valid_from']} 起有“{permission_name(values['permission'])}”。", _url("duty", code)
        )

    return respond_with_form(request, _page("增加权限", duty), screen, form, do)


@requires("org.duties")
@ask
def withdraw_permission(request: HttpRequest, row_id: int) -> HttpResponse:
    """A permission no longer carried from a day on."""
    row = get_object_or_404(DutyPermission.objects.select_related("duty"), pk=row_id)
    name = permission_name(row.permission)
    screen = FormScreen(
        "收回权限",
        _url("duty", row.duty.code),
        danger=True,
        outcome=(_touched(row.duty), f"到日起他们不再有“{name}”。"),
    )

    def do(values: dict[str, Any]) -> Receipt:
        day = values["effective_on"]
        services.withdraw_permission(actor=request.user, now=timezone.now(), carried=row, effective_on=day)
        return Receipt(f"{row.duty.name} 自 {day} 起不再有“{name}”。", _url("duty", row.duty.code))

    return respond_with_form(request, _page(f"收回“{name}”", row.duty), screen, filled(request, EndForm), do)


@requires("org.duties")
@ask
def give_duty(request: HttpRequest, code: str) -> HttpResponse:
    """A duty for a post, by dates."""
    post = get_post(request.user, "org.duties", code)
    form = filled(request, forms.GiveDutyForm, duties=Duty.objects.on_or_after(today()).order_by("family", "code"))
    screen = FormScreen(
        "授予岗责",
        _url("post", code),
        outcome=(
            "任此岗的人到日即有这项岗责的权限；以后任命到此岗的人也有。",
            "与任此岗的任何人的其他权限冲突时不能授予；系统会说明是谁、是哪两项。",
        ),
    )

    def do(values: dict[str, Any]) -> Receipt:
        services.give_duty(actor=request.user, now=timezone.now(), post=post, **values)
        return Receipt(
            f"{post.name} 自 {values['valid_from']} 起有岗责“{values['duty'].name}”。",
            f"{_url('post', code)}?tab=duties",
        )

    above = (way(post.office.name, "office", post.office.code), way(post.name, "post", code))
    page = Page(f"授予岗责：{post.name}", post.office.name, above, help=HELP)
    return respond_with_form(request, page, screen, form, do)


@requires("org.duties")
@ask
def withdraw_duty(request: HttpRequest, row_id: int) -> HttpResponse:
    """A post no longer carries a duty from a day on."""
    reachable = within(request.user, "org.duties", "post__office__")
    row = get_object_or_404(PostDuty.objects.filter(reachable).select_related("post__office", "duty"), pk=row_id)
    back = f"{_url('post', row.post.code)}?tab=duties"
    screen = FormScreen(
        "收回岗责", back, danger=True, outcome=("任此岗的人到日起不再有这项岗责的权限；任职本身不变。",)
    )

    def do(values: dict[str, Any]) -> Receipt:
        day = values["effective_on"]
        services.withdraw_duty(actor=request.user, now=timezone.now(), given=row, effective_on=day)
        return Receipt(f"{row.post.name} 自 {day} 起不再有岗责“{row.duty.name}”。", back)

    above = (way(row.post.name, "post", row.post.code),)
    page = Page(f"收回岗责“{row.duty.name}”", row.post.name, above, help=HELP)
    return respond_with_form(request, page, screen, filled(request, EndForm), do)


def _touched(duty: Duty) -> str:
    """Whom a change of the duty reaches."""
    given = PostDuty.objects.filter(in_effect(today()), duty=duty).values("post_id")
    held = Appointment.objects.filter(in_effect(today()), post__in=given, confirmed_at__isnull=False)
    return f"涉及岗位 {given.count():,} 个、在岗人员 {held.values('user_id').distinct().count():,} 人。"


def _url(name: str, code: str) -> str:
    return reverse(f"administration:{name}", args=[code])


def _page(title: str, duty: Duty) -> Page:
    return Page(f"{title}：{duty.name}", crumbs=(way("岗责", "duties"), way(duty.name, "duty", duty.code)), help=HELP)
