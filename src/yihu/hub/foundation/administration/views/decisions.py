"""Confirming appointments: what would follow is said before it is decided."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.forms.people import RefuseForm
from yihu.hub.foundation.administration.screens import people as lists
from yihu.hub.foundation.administration.screens.dated import last_day
from yihu.hub.foundation.administration.selectors import duties as read
from yihu.hub.foundation.administration.selectors.offices import appointments as with_names
from yihu.hub.foundation.administration.selectors.rights import conflicts_in_words
from yihu.hub.foundation.administration.views.door import recorder, today, way
from yihu.hub.foundation.org.models import Appointment, DutyPermission, in_effect
from yihu.hub.foundation.org.selectors.reach import within
from yihu.hub.foundation.org.services import appointments as services
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Fact, Page


@requires("org.confirm")
@require_http_methods(["GET"])
def decide(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """What the appointment would bring, and the two buttons."""
    found = _waiting(request, appointment_id)
    duties = read.present_duties(found.post, max(found.valid_from, today()))
    context = {
        "facts": _facts(found),
        "appointment": found,
        "duties": duties,
        "allowed": read.permissions_of(duties, today()),
        "conflicts": _conflicts(found),
        "own": found.appointed_by_id == request.user.pk,
    }
    page = Page(f"审核任职：{found.user.display_name}", crumbs=(way("待确认任职", "waiting"),), help=HELP)
    screen, form = FormScreen("退回", reverse("administration:waiting")), RefuseForm()
    return respond_with_form(
        request, page, screen, form, lambda _: Receipt("", ""), template="administration/decide.html", context=context
    )


HELP = (
    ("看什么", "人对不对、岗位对不对、起止日期对不对，以及确认后会得到的权限是否应当。"),
    ("冲突", "有冲突时不能确认：先终止此人的另一任职，或退回。"),
    ("退回", "写明原因，系统管理员在“任命经办”里看到；退回的任职不生效，改好后须重新任命。"),
)
SUBMITTED_HELP = (
    ("待确认", "等安全管理员确认；确认之前不产生任何权限。"),
    ("被退回", "原因在“退回或终止原因”一列；改好后重新任命。"),
    ("终止", "任职终止后，通过它得到的和借出的权限一并失效。"),
)


@requires("org.confirm")
@require_POST
def confirm(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Let the appointment take effect."""
    found = _waiting(request, appointment_id)

    def do() -> Receipt:
        services.confirm_appointment(actor=request.user, now=timezone.now(), appointment=found)
        return Receipt(
            f"已确认：{found.user.display_name} 自 {found.valid_from} 起任 {found.post.name}。",
            reverse("administration:waiting"),
        )

    return respond_with_act(request, do, back=reverse("administration:decide", args=[appointment_id]))


@requires("org.confirm")
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Send the appointment back with the reason."""
    found = _waiting(request, appointment_id)
    back = reverse("administration:decide", args=[appointment_id])
    screen = FormScreen("退回", back, outcome=("任职不生效。", "系统管理员看到原因，改好后须重新任命。"))

    def do(values: dict[str, Any]) -> Receipt:
        services.refuse_appointment(actor=request.user, now=timezone.now(), appointment=found, **values)
        return Receipt(f"已退回 {found.user.display_name} 的任职。", reverse("administration:waiting"))

    page = Page(f"退回任职：{found.user.display_name}", crumbs=(way("待确认任职", "waiting"),), help=HELP)
    return respond_with_form(request, page, screen, filled(request, RefuseForm), do)


def _waiting(request: HttpRequest, appointment_id: int) -> Appointment:
    rows = Appointment.objects.filter(
        within(request.user, "org.confirm", "post__office__"), confirmed_at__isnull=True, refused_at__isnull=True
    )
    return get_object_or_404(with_names(rows), pk=appointment_id)


def _facts(found: Appointment) -> tuple[Fact, ...]:
    return (
        Fact("人员", f"{found.user.display_name}（{found.user.username}）"),
        Fact("现任岗位", found.user.post_title or "无"),
        Fact("拟任岗位", found.post.name, reverse("administration:post", args=[found.post.code])),
        Fact("机关", found.post.office.name),
        Fact("方式", "替岗" if found.deputy_for_id else "主岗" if found.is_primary else "兼岗"),
        Fact("自", found.valid_from, kind="day"),
        Fact("至", last_day(found) or "长期"),
        Fact("任命经办", found.appointed_by.display_name if found.appointed_by else "系统"),
    )


def _conflicts(found: Appointment) -> list[str]:
    """Pairs that the person would hold together from now on."""
    day = max(found.valid_from, today())
    duties = read.present_duties(found.post, day)
    new = set(DutyPermission.objects.filter(in_effect(day), duty__in=duties).values_list("permission", flat=True))
    held = {p for g in found.user.actor.all_grants for p in g.permissions}
    return conflicts_in_words(sorted(new | held))


@requires("org.people")
def submitted(request: HttpRequest) -> HttpResponseBase:
    """What the system administrator has submitted, by what became of it."""
    lead = "任命提交之后：待确认、已确认、被退回的，都在这里。"
    page = Page("任命经办", lead, (way("人员", "people"),), help=SUBMITTED_HELP)
    rows = with_names(Appointment.objects.filter(within(request.user, "org.people", "post__office__")))
    return respond_with_list(
        request, page, lists.SUBMITTED, rows, record_export=recorder(request, "appointment", "任命经办")
    )
