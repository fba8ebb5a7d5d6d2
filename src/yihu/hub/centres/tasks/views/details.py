"""One to-do: what it is, who was asked about it and when, and what may be done next."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import Label, requires
from yihu.hub.centres.tasks.forms.acts import AnswerForm
from yihu.hub.centres.tasks.models import Reminder, Supervision, Todo
from yihu.hub.centres.tasks.screens.cells import limit_mark, state_mark
from yihu.hub.centres.tasks.screens.lists import supervision_mark
from yihu.hub.centres.tasks.selectors.lists import find_todo
from yihu.hub.centres.tasks.selectors.people import may_handle
from yihu.hub.centres.tasks.services.supervising import answer
from yihu.hub.centres.tasks.views.door import way
from yihu.hub.screens.details import DetailHead
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Act, Fact, Page

HELP = (
    ("时间", "期限由来源系统给出；已超期、今日到期的每天提醒一次。"),
    ("督办", "领导提出督办后请在要求日期前答复；事项办结，督办随之结束。"),
)


@requires("tasks.self")
@require_safe
def todo(request: HttpRequest, todo_id: int) -> HttpResponse:
    """One's own to-do, one that one started, or that of somebody one stands in for."""
    found = find_todo(todo_id)
    if found is None or not (found.initiator_id == request.user.pk or may_handle(request.user, found)):
        raise Http404
    acts: tuple[Act, ...] = ()
    if may_handle(request.user, found) and found.url:
        title = "办理" if found.is_open else "打开办件"
        acts = (Act(title, reverse("tasks:open", args=[found.pk]), "external-link", primary=found.is_open),)
    page = Page(found.title, crumbs=(way("待办", "todos"),), acts=acts, help=HELP)
    return render(request, "tasks/todo.html", context_of(page, found, own=found.receiver_id == request.user.pk))


def context_of(page: Page, found: Todo, *, own: bool) -> dict[str, Any]:
    """What `tasks/todo.html` shows of a to-do."""
    supervisions = Supervision.objects.filter(todo=found).select_related("asked_by", "answered_by")
    return {
        "page": page,
        "head": DetailHead(facts_of(found), (), state_mark(found)),
        "todo": found,
        "limit": limit_mark(found) if found.is_open else None,
        "supervisions": [{"row": one, "mark": supervision_mark(one)} for one in supervisions],
        "reminders": list(Reminder.objects.filter(todo=found)[:50]),
        "own": own,
    }


def facts_of(found: Todo) -> tuple[Fact, ...]:
    """What is known of it, in the order of questions."""
    return (
        Fact("事项", found.kind),
        Fact("环节", found.node),
        Fact("办件编号", found.case_number),
        Fact("办理人", found.receiver.display_name),
        Fact("发起人", found.initiator_name),
        Fact("来源", found.source.name),
        Fact("缓急", found.get_urgency_display()),
        Fact("期限", found.due_at, kind="minute"),
        Fact("到达", found.arrived_at, kind="minute"),
        Fact("阅读", found.read_at, kind="minute"),
        Fact("办理", found.ended_at, kind="minute"),
        Fact("结果", found.verdict),
        Fact("数据标签", Label(found.label).label),
        Fact("风险", "低风险，可批量办理" if found.low_risk else "须打开办理"),
    )


@requires("tasks.self")
@require_http_methods(["GET", "POST"])
def give_answer(request: HttpRequest, supervision_id: int) -> HttpResponse:
    """Answer a chief's question about one's own to-do."""
    found = get_object_or_404(
        Supervision.objects.select_related("todo", "asked_by"), pk=supervision_id, todo__receiver=request.user
    )
    back = f"{reverse('tasks:todos')}?tab=supervised"
    screen = FormScreen(
        submit="提交答复", back=back,
        outcome=(
            f"事项：{found.todo.title}",
            f"{found.asked_by.display_name} 要求 {found.until} 前办结：{found.words}",
            "答复后督办人可以看到；督办解除或事项办结前可以修改。",
        ),
    )  # fmt: skip
    page = Page("答复督办", crumbs=(way("待办", "todos"),), help=HELP)

    def act(said: dict[str, Any]) -> Receipt:
        answer(actor=request.user, supervision_id=supervision_id, text=said["text"], now=timezone.now())
        return Receipt("已答复督办", back)

    return respond_with_form(request, page, screen, filled(request, AnswerForm, initial={"text": found.answer}), act)
