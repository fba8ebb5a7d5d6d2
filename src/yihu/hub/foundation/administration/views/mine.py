"""One's own posts, delegations and leave: the page of every officer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihu.hub.base.access import ACTING_POST, requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.administration.forms import people as forms
from yihu.hub.foundation.administration.screens.people import delegation_state, what_is_lent
from yihu.hub.foundation.administration.selectors import people as read
from yihu.hub.foundation.administration.selectors.rights import rights_of
from yihu.hub.foundation.administration.views.door import today, way
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.catalogue import permissions
from yihu.hub.foundation.org.models import Delegation, Leave
from yihu.hub.foundation.org.services import delegations, leave
from yihu.hub.screens.forms import FormScreen, Receipt, ScreenForm, filled, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Act, Page

HELP = (
    ("换岗办事", "任多个岗位时，可以只以其中一个岗位办事：权限和管户范围随之收窄，记录里写明以哪个岗位。"),
    ("委托", "把权限全部或部分借给同事一段时间；到期自动收回，也可随时撤回，受托人也可退还。借来的不能再转借。"),
    ("休假", "登记休假并指定代办人，等于在休假期间委托全部权限给代办人。提前回来，取消休假即可。"),
)
MINE = "administration:mine"


@requires("delegation.self")
def mine(request: HttpRequest) -> HttpResponse:
    """Posts, what they allow, delegations both ways, leave."""
    user = request.user
    acts = (
        Act("委托他人", reverse("administration:delegate"), "arrows-exchange", primary=True),
        Act("登记休假", reverse("administration:take-leave"), "beach"),
    )
    context = {
        "page": Page("我的岗位", "岗位、现有权限、委托与休假。", acts=acts, help=HELP),
        "posts": _posts(user),
        "chosen": user.actor.chosen_post,
        "rights": rights_of(user),
        "delegations": [_delegation(d, user) for d in read.delegations_of(user)[:50]],
        "leaves": list(read.leaves_of(user)[:20]),
        "today": today(),
    }
    return render(request, "administration/mine.html", context)


def _posts(user: Any) -> list[dict[str, Any]]:
    """Each post in effect once, own or borrowed."""
    able = _choosable(user)
    found = {
        g.post_id: {"id": g.post_id, "title": g.title, "office": g.office_code, "choosable": g.post_id in able}
        for g in user.actor.all_grants
    }
    return list(found.values())


def _choosable(user: Any) -> dict[int, str]:
    """Posts one may act by alone: those from which one can also get back to this page."""
    return {g.post_id: g.title for g in user.actor.all_grants if "delegation.self" in g.permissions}


def _delegation(d: Delegation, user: Any) -> dict[str, Any]:
    given = d.giver_id == user.pk
    over = d.revoked_at is not None or d.valid_to <= today()
    return {
        "row": d,
        "given": given,
        "other": d.receiver if given else d.giver,
        "what": what_is_lent(d),
        "state": delegation_state(d),
        "revocable": given and not over,
        "returnable": not given and not over,
    }


@requires("delegation.self")
@require_POST
def act_as(request: HttpRequest, post_id: int) -> HttpResponse:
    """Act by one post only; 0 acts by all."""
    able = _choosable(request.user)

    def do() -> Receipt:
        if post_id and post_id not in able:
            raise UnableTo("不能只以这个岗位办事：它已不由您担任，或没有授岗责。仍按现有岗位办事")
        title = able[post_id] if post_id else "全部岗位"
        if post_id:
            request.session[ACTING_POST] = post_id
        else:
            request.session.pop(ACTING_POST, None)
        record(verb="post.act-as", request=request, target=f"post:{post_id}", target_name=title)
        return Receipt(f"现以“{title}”办事。", reverse(MINE))

    return respond_with_act(request, do, back=reverse(MINE))


@requires("delegation.self")
@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest) -> HttpResponse:
    """Lend one's permissions."""
    form = filled(request, forms.DelegateForm, choices=_own_permissions(request.user))
    screen = FormScreen(
        "委托",
        reverse(MINE),
        outcome=(
            "受托人在期限内能以您的岗位办理所委托的事，记录里写明受您委托。",
            "您自己的权限不变；借来的权限不在其中。",
            "到期自动收回，也可随时在本页撤回。",
        ),
    )

    def do(values: dict[str, Any]) -> Receipt:
        made = delegations.delegate(actor=request.user, now=timezone.now(), giver=request.user, **values)
        return Receipt(f"已委托 {made.receiver.display_name}，自 {made.valid_from} 起，到期自动收回。", reverse(MINE))

    return respond_with_form(request, Page("委托他人", crumbs=(way("我的岗位", "mine"),), help=HELP), screen, form, do)


def _own_permissions(user: Any) -> list[tuple[str, str]]:
    """What one holds oneself, not borrowed; one's own account is never lent."""
    held = {p for g in user.actor.all_grants if g.delegation_id is None for p in g.permissions}
    private = {"home.view", "account.self", "delegation.self"}
    return [(p.code, p.name) for p in permissions().values() if p.code in held - private]


@requires("delegation.self")
@require_POST
def revoke(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Take back what one lent."""
    found = get_object_or_404(Delegation, pk=delegation_id, giver=request.user)

    def do() -> Receipt:
        delegations.revoke_delegation(actor=request.user, now=timezone.now(), delegation=found)
        return Receipt(f"已撤回对 {found.receiver.display_name} 的委托，即刻生效。", reverse(MINE))

    return respond_with_act(request, do, back=reverse(MINE))


@requires("delegation.self")
@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Give back what one was lent."""
    rows = Delegation.objects.select_related("giver").filter(receiver=request.user)
    found = get_object_or_404(rows, pk=delegation_id)
    giver = found.giver.display_name
    screen = FormScreen(
        "退还委托", reverse(MINE), danger=True,
        outcome=(
            f"您即刻不能再以{giver}的岗位办事：{what_is_lent(found)}。",
            f"退还后不能收回，须由{giver}重新委托；{giver}在休假的，请本人或系统管理员另行指定代办人。",
        ),
    )  # fmt: skip

    def do(values: dict[str, Any]) -> Receipt:
        delegations.revoke_delegation(actor=request.user, now=timezone.now(), delegation=found)
        return Receipt(f"已退还{giver}的委托，即刻生效。请告知本人。", reverse(MINE))

    page = Page(f"退还委托：{giver}", crumbs=(way("我的岗位", "mine"),), help=HELP)
    return respond_with_form(request, page, screen, filled(request, ScreenForm), do)


@requires("delegation.self")
@require_http_methods(["GET", "POST"])
def take_leave(request: HttpRequest) -> HttpResponse:
    """Days away."""
    screen = FormScreen(
        "登记休假",
        reverse(MINE),
        outcome=(
            "指定代办人的，休假期间代办人自动获得您的全部权限，期满自动收回。",
            "替您的替岗任职在休假期间起作用。",
            "休假不影响您登录；提前回来，取消休假即可。",
        ),
    )

    def do(values: dict[str, Any]) -> Receipt:
        made = leave.take_leave(actor=request.user, now=timezone.now(), user=request.user, **values)
        who = f"由 {made.substitute.display_name} 代办" if made.substitute else "未指定代办人"
        return Receipt(f"已登记休假，{who}。", reverse(MINE))

    page = Page("登记休假", crumbs=(way("我的岗位", "mine"),), help=HELP)
    return respond_with_form(request, page, screen, filled(request, forms.LeaveForm), do)


@requires("delegation.self")
@require_POST
def cancel_leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Back before the end, or not going at all."""
    found = get_object_or_404(Leave, pk=leave_id, user=request.user)

    def do() -> Receipt:
        leave.cancel_leave(actor=request.user, now=timezone.now(), leave=found)
        return Receipt("已取消休假，代办人的权限即刻收回。", reverse(MINE))

    return respond_with_act(request, do, back=reverse(MINE))
