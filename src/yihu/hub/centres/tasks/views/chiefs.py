"""Pages of chiefs: open work of their people, 督办, handing over."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.tasks.forms.acts import HandOverForm, SuperviseForm
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.tasks.screens.chiefs import ASKED, REACHED
from yihu.hub.centres.tasks.selectors.lists import SUPERVISE, get_reached, list_asked, list_reached
from yihu.hub.centres.tasks.services.handing import hand_over
from yihu.hub.centres.tasks.services.supervising import lift, supervise
from yihu.hub.centres.tasks.views.details import context_of
from yihu.hub.centres.tasks.views.door import recorder, way
from yihu.hub.foundation.org.api import User, list_people
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Page
from yihu.hub.screens.suggestions import respond_with_suggestions, typed

SUGGESTED = 12
HELP = (
    ("在办事项", "管辖范围内人员的待办与挂起事项，按期限排列；数据标签高于您知悉等级的不列出。"),
    ("督办", "向办理人提出要求和日期；同一事项一次只有一项督办，办结后自动结束，也可解除。"),
    ("移交", "人员离岗、调岗时把其全部在办事项移交他人。来源系统不接受的留在原处，逐件写明原因。"),
)


@requires("tasks.supervise", reads="todo")
@require_safe
def reached(request: HttpRequest) -> HttpResponseBase:
    """Open work of people within reach."""
    acts = (
        Act("移交", reverse("tasks:hand-over"), "arrows-transfer-up"),
        Act("我督办的", reverse("tasks:asked"), "eye-check"),
    )
    page = Page("督办", "所辖人员的在办事项：可督办、可移交。", acts=acts, help=HELP)
    return respond_with_list(
        request, page, REACHED, list_reached(request.user), record_export=recorder(request, "在办事项"),
        template="tasks/reached.html",
    )  # fmt: skip


@requires("tasks.supervise", reads="todo")
@require_safe
def asked(request: HttpRequest) -> HttpResponseBase:
    """What this chief asked, with the answers."""
    page = Page("我督办的", "提出的督办与答复。", crumbs=(way("督办", "reached-list"),), help=HELP)
    return respond_with_list(request, page, ASKED, list_asked(request.user), record_export=recorder(request, "督办"))


@requires("tasks.supervise", reads="todo")
@require_safe
def reached_todo(request: HttpRequest, todo_id: int) -> HttpResponse:
    """One to-do of one's people."""
    found = _reached(request, todo_id)
    acts = ()
    if found.is_open and not found.supervised:
        acts = (Act("督办", reverse("tasks:supervise", args=[found.pk]), "eye-exclamation", primary=True),)
    page = Page(found.title, crumbs=(way("督办", "reached-list"),), acts=acts, help=HELP)
    return render(request, "tasks/todo.html", context_of(page, found, own=False))


@requires("tasks.supervise")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, todo_id: int) -> HttpResponse:
    """Put a question to the receiver of a to-do."""
    found = _reached(request, todo_id)
    back = reverse("tasks:reached", args=[found.pk])
    screen = FormScreen(
        submit="提出督办", back=back,
        outcome=(
            f"事项：{found.title}",
            f"办理人：{found.receiver.display_name}（{found.receiver.office.name}）",
            "办理人在“督办”页签中看到并须答复；事项办结后督办自动结束。",
        ),
    )  # fmt: skip
    page = Page("提出督办", crumbs=(way("督办", "reached-list"),), help=HELP)

    def act(said: dict[str, Any]) -> Receipt:
        supervise(actor=request.user, todo_id=found.pk, now=timezone.now(), **said)
        return Receipt(f"已向 {found.receiver.display_name} 提出督办", back)

    return respond_with_form(request, page, screen, filled(request, SuperviseForm), act)


@requires("tasks.supervise")
@require_POST
def lift_one(request: HttpRequest, supervision_id: int) -> HttpResponse:
    """Close a question."""
    back = reverse("tasks:asked")

    def act() -> Receipt:
        lift(actor=request.user, supervision_id=supervision_id, now=timezone.now())
        return Receipt("督办已解除", back)

    return respond_with_act(request, act, back=back)


@requires("tasks.supervise")
@require_http_methods(["GET", "POST"])
def hand_all_over(request: HttpRequest) -> HttpResponse:
    """Give all open work of one person to another."""
    screen = FormScreen(
        submit="移交", back=reverse("tasks:reached-list"),
        outcome=(
            "移交人名下全部待办、挂起事项逐件转给接办人，办件内写明由您移交。",
            "来源系统不接受移交的事项留在原处，结果中逐件写明原因。",
            "双方都须在您的管辖范围内。",
        ),
    )  # fmt: skip
    page = Page("移交待办", crumbs=(way("督办", "reached-list"),), help=HELP)
    initial = {"giver": request.GET.get("from", "")[:150]}

    def act(said: dict[str, Any]) -> Receipt:
        result = hand_over(actor=request.user, now=timezone.now(), **said)
        for title, reason in result.stayed[:20]:
            messages.warning(request, f"没有移交：{title}。{reason}")
        more = f"，{len(result.stayed)} 件没有移交" if result.stayed else ""
        return Receipt(f"已把 {said['giver']} 的 {result.moved} 件移交给 {said['receiver']}{more}", screen.back)

    return respond_with_form(request, page, screen, filled(request, HandOverForm, initial=initial), act)


@requires("tasks.supervise")
@require_safe
def suggest_people(request: HttpRequest) -> HttpResponse:
    """People within reach that fit what is typed, leavers too."""
    text = typed(request).split(" ")[0]
    found = list_people(request.user, q=text, with_leavers=True, permission=SUPERVISE)[:SUGGESTED] if text else []
    return respond_with_suggestions(request, [(f"{u.username} {u.display_name}", _place(u)) for u in found])


def _place(user: User) -> str:
    return user.office.name if user.is_active else f"{user.office.name}（已离岗）"


def _reached(request: HttpRequest, todo_id: int) -> Todo:
    found = get_reached(request.user, todo_id)
    if found is None:
        raise Http404
    return found
