"""Acts on people: register, hand out a code, appoint, end, leave, depart."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.administration.forms import people as forms
from yihu.hub.foundation.administration.screens.dated import last_day
from yihu.hub.foundation.administration.selectors import people as read
from yihu.hub.foundation.administration.selectors.offices import holders_of
from yihu.hub.foundation.administration.selectors.reach import get_person, get_post
from yihu.hub.foundation.administration.views.door import today, way
from yihu.hub.foundation.administration.views.people import HELP, LIST_HELP
from yihu.hub.foundation.org.models import Appointment, Delegation, GridMember, Leave, Post, User
from yihu.hub.foundation.org.selectors.reach import within
from yihu.hub.foundation.org.services import appointments, leave, leaving, people
from yihu.hub.screens.forms import FormScreen, Receipt, ScreenForm, filled, respond_with_form
from yihu.hub.screens.pages import Page

ask = require_http_methods(["GET", "POST"])
NOT_YET = "任职先进入“待确认”，安全管理员确认之前不产生任何权限。"


@requires("org.people")
@ask
def new_person(request: HttpRequest) -> HttpResponse:
    """Register somebody who shall sign in."""
    form = filled(request, forms.NewPersonForm, initial={"office": str(request.user.office)})
    screen = FormScreen(
        "登记人员",
        reverse("administration:people"),
        outcome=("账号建立，但还没有密码，也没有任何权限。", "下一步：发放激活码，任命到岗位。"),
    )

    def do(values: dict[str, Any]) -> Receipt:
        made = people.register_person(actor=request.user, now=timezone.now(), **values)
        return Receipt(f"已登记 {made.display_name}（{made.username}）。下一步：发放激活码、任命到岗位。", _url(made))

    page = Page("登记人员", crumbs=(way("人员", "people"),), help=LIST_HELP)
    return respond_with_form(request, page, screen, form, do)


@requires("org.people")
@ask
def rename_person(request: HttpRequest, username: str) -> HttpResponse:
    """Another name; the account stays."""
    person = get_person(request.user, "org.people", username)
    form = filled(request, forms.RenamePersonForm, initial={"display_name": person.display_name})
    screen = FormScreen(
        "更改姓名",
        _url(person),
        outcome=("即刻生效：各处都显示新姓名。账号、任职和权限不变。", "以前的记录仍写当时的姓名。"),
    )

    def do(values: dict[str, Any]) -> Receipt:
        people.rename_person(actor=request.user, now=timezone.now(), user=person, **values)
        return Receipt(f"{person.username} 的姓名已改为 {values['display_name']}。", _url(person))

    return respond_with_form(request, _page("更改姓名", person), screen, form, do)


@requires("org.people")
@never_cache
@ask
def issue_code(request: HttpRequest, username: str) -> HttpResponse:
    """Hand out a code that opens the account once; it is shown this one time."""
    person = get_person(request.user, "org.people", username)
    page = _page("发放激活码", person)
    context: dict[str, Any] = {"page": page, "person": person}
    if request.method == "POST":
        try:
            context["code"] = people.issue_activation_code(actor=request.user, now=timezone.now(), user=person)
        except UnableTo as error:
            messages.error(request, str(error))
    return render(request, "administration/code.html", context)


@requires("org.people")
@ask
def appoint(request: HttpRequest, username: str) -> HttpResponse:
    """A post for this person."""
    person = get_person(request.user, "org.people", username)
    first = not person.appointments.exists()
    form = filled(request, forms.AppointForm, initial={"is_primary": first})
    screen = FormScreen("任命", _url(person), outcome=(NOT_YET, "确认人不能是您本人。", "一人可任多岗，主岗只有一个。"))
    return respond_with_form(
        request, _page("任命", person), screen, form,
        lambda values: _appointed(request, person, values),
    )  # fmt: skip


@requires("org.people")
@ask
def appoint_to(request: HttpRequest, code: str) -> HttpResponse:
    """A person for this post."""
    post = get_post(request.user, "org.people", code)
    form = filled(request, forms.AppointToForm, holders=_principals(post))
    screen = FormScreen("任命", reverse("administration:post", args=[code]), outcome=(NOT_YET, "确认人不能是您本人。"))
    page = Page(f"任命到 {post.name}", post.office.name, (way(post.office.name, "office", post.office.code),
                way(post.name, "post", post.code)), help=HELP)  # fmt: skip
    return respond_with_form(
        request, page, screen, form,
        lambda values: _appointed(request, values.pop("user"), {**values, "post": post}),
    )  # fmt: skip


def _principals(post: Post) -> Any:
    """Whom one may stand in for: who holds the post in their own right."""
    return holders_of(post).on_or_after(today()).filter(confirmed_at__isnull=False, deputy_for=None)


def _appointed(request: HttpRequest, person: User, values: dict[str, Any]) -> Receipt:
    appointments.appoint(actor=request.user, now=timezone.now(), user=person, **values)
    post: Post = values["post"]
    return Receipt(f"已提交任命：{person.display_name} 任 {post.name}。等待安全管理员确认。", _url(person))


@requires("org.people")
@ask
def end_appointment(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """A person ceases to hold a post."""
    reachable = within(request.user, "org.people", "post__office__")
    rows = Appointment.objects.filter(reachable).select_related("user", "post__office")
    found = get_object_or_404(rows, pk=appointment_id)
    form = filled(request, forms.EndAppointmentForm)
    screen = FormScreen(
        "终止任职",
        _url(found.user),
        danger=True,
        outcome=(
            f"{found.user.display_name} 不再任 {found.post.name}，由此岗得来的权限到日即失。",
            "替此人的替岗任职到日开始起作用。",
            "任职记录保留。要恢复须重新任命并确认。",
        ),
    )

    def do(values: dict[str, Any]) -> Receipt:
        values.pop("sure")
        appointments.end_appointment(actor=request.user, now=timezone.now(), appointment=found, **values)
        return Receipt(
            f"{found.user.display_name} 自 {values['effective_on']} 起不再任 {found.post.name}。", _url(found.user)
        )

    page = Page(f"终止任职：{found.user.display_name} {found.post.name}", crumbs=_way(found.user), help=HELP)
    return respond_with_form(request, page, screen, form, do)


@requires("org.people")
@ask
def leave_of(request: HttpRequest, username: str) -> HttpResponse:
    """Days away of somebody who cannot write them down themselves."""
    person = get_person(request.user, "org.people", username)
    form = filled(request, forms.LeaveForm)
    screen = FormScreen(
        "登记休假",
        f"{_url(person)}?tab=leaves",
        outcome=(
            "指定代办人的，休假期间代办人自动获得本人的权限，期满自动收回。",
            "替此人的替岗任职在休假期间起作用。",
        ),
    )

    def do(values: dict[str, Any]) -> Receipt:
        leave.take_leave(actor=request.user, now=timezone.now(), user=person, **values)
        return Receipt(f"已登记 {person.display_name} 的休假。", f"{_url(person)}?tab=leaves")

    return respond_with_form(request, _page("登记休假", person), screen, form, do)


@requires("org.people")
@ask
def cancel_leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Somebody is back before the end, or does not go at all, and cannot say so themselves."""
    reachable = within(request.user, "org.people", "user__office__")
    found = get_object_or_404(Leave.objects.filter(reachable).select_related("user", "substitute"), pk=leave_id)
    back = f"{_url(found.user)}?tab=leaves"
    screen = FormScreen("取消休假", back, danger=True, outcome=_what_cancelling_does(found))

    def do(values: dict[str, Any]) -> Receipt:
        leave.cancel_leave(actor=request.user, now=timezone.now(), leave=found)
        return Receipt(f"已取消 {found.user.display_name} 自 {found.valid_from} 起的休假。", back)

    return respond_with_form(request, _page("取消休假", found.user), screen, filled(request, ScreenForm), do)


def _what_cancelling_does(found: Leave) -> tuple[str, ...]:
    who = f"代办人 {found.substitute.display_name} 由此得到的权限即刻收回。" if found.substitute else "没有指定代办人。"
    days = f"{found.valid_from} 至 {last_day(found)}"
    return (f"{days} 的休假作废，替此人的替岗任职随之不再起作用。", who, "要再休假，须重新登记。")


@requires("org.people")
@ask
def depart(request: HttpRequest, username: str) -> HttpResponse:
    """Somebody leaves for good: everything they hold ends."""
    person = get_person(request.user, "org.people", username)
    form = filled(request, forms.DepartForm)
    screen = FormScreen("办理离岗", _url(person), danger=True, outcome=_what_ends(person))

    def do(values: dict[str, Any]) -> Receipt:
        values.pop("sure")
        leaving.leave_for_good(actor=request.user, now=timezone.now(), user=person, **values)
        return Receipt(
            f"{person.display_name} 自 {values['effective_on']} 起离岗，所持任职、委托、网格和登录到日终止。",
            _url(person),
        )

    return respond_with_form(request, _page("离岗", person), screen, form, do)


def _what_ends(person: User) -> tuple[str, ...]:
    """What somebody holds, item by item."""
    day = today()
    held = read.appointments_of(person).on_or_after(day).filter(refused_at__isnull=True)
    lent = Delegation.objects.filter(giver=person, revoked_at__isnull=True).on_or_after(day).count()
    borrowed = Delegation.objects.filter(receiver=person, revoked_at__isnull=True).on_or_after(day).count()
    grids = GridMember.objects.filter(user=person).on_or_after(day).select_related("grid")
    lines = [f"任职终止：{a.post.office.name} {a.post.name}" for a in held]
    lines += [f"退出网格：{m.grid.name}" for m in grids]
    lines.append(f"给出的委托 {lent} 项、接受的委托 {borrowed} 项一并终止")
    lines.append("已登录的会话立即退出，账号不能再登录")
    return tuple(lines) if held else ("此人没有有效任职。", *lines)


def _url(person: User) -> str:
    return reverse("administration:person", args=[person.username])


def _page(title: str, person: User) -> Page:
    return Page(f"{title}：{person.display_name}", crumbs=_way(person), help=HELP)


def _way(person: User) -> tuple[Any, ...]:
    return (way("人员", "people"), way(person.display_name, "person", person.username))
