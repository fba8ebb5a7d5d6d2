"""One's own lists, opening and reading, the badge and the day on the home page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.tasks.screens.cells import limit_mark, open_address, urgency_mark
from yihu.hub.centres.tasks.screens.lists import screen_of
from yihu.hub.centres.tasks.screens.tabs import shown_tabs, tab_of
from yihu.hub.centres.tasks.selectors.counts import counts_for, day_counts, tab_counts
from yihu.hub.centres.tasks.services.addresses import is_safe_address
from yihu.hub.centres.tasks.services.reading import mark_all_read, mark_read
from yihu.hub.centres.tasks.services.refusals import UnableToReadError
from yihu.hub.centres.tasks.views.door import mine_of, recorder, ticked
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Page

TOP = 10
HELP = (
    ("排序", "按期限先后排列；加急提前一天、特急提前三天计；没有期限的按到达后三十天计。点列名可改按该列排序。"),
    ("办理", "点标题或按回车，打开该事项所在的页面；外部系统只打开其登记过的域名。"),
    ("批量办理", "只限来源标明的低风险事项。勾选后逐件核对，一次写意见，结果逐件列出，没有办成的写明原因。"),
    ("代办", "他人委托您办事期间，新到的事项列在您的待办中，写明“代”谁；委托时选了“含在办事项”的，已有的也列入。"),
    ("待阅与抄送", "待阅打开后转入已办；抄送打开后记为已读，仍在抄送中。代办人打开不算本人已阅。"),
    ("键盘", "j、k 上下移动，回车打开，x 勾选。"),
)


@requires("tasks.self")
@require_safe
def todos(request: HttpRequest) -> HttpResponseBase:
    """One tab of one's lists."""
    mine = mine_of(request)
    tab = tab_of(request.GET.get("tab", ""))
    acts = (Act("短信审批", reverse("tasks:sms"), "message-2"),)
    page = Page("待办", "各系统交您办理、阅知的事项，合在一处。", acts=acts, help=HELP)
    strip = shown_tabs(tab_counts(mine), tab)
    return respond_with_list(
        request, page, screen_of(tab, mine), tab.rows(mine), record_export=recorder(request, tab.title),
        template="tasks/todos.html", context={"strip": strip},
    )  # fmt: skip


@requires("tasks.self")
@require_safe
def open_todo(request: HttpRequest, todo_id: int) -> HttpResponse:
    """Note the reading and go where the to-do is handled. The address is checked again: hosts may have been removed."""
    try:
        todo = mark_read(todo_id=todo_id, actor=request.user, now=timezone.now())
    except UnableToReadError as error:
        raise Http404 from error
    if not todo.url or not is_safe_address(todo.url, todo.source.hosts):
        messages.error(request, f"“{todo.source.name}”的办理地址未登记或已停用，不能打开，请联系安全管理员")
        return redirect("tasks:todo", todo.pk)
    return HttpResponse(status=302, headers={"Location": todo.url})


@requires("tasks.self")
@require_POST
def read_many(request: HttpRequest) -> HttpResponse:
    """Mark those ticked as read."""
    keys = ticked(request)
    done = mark_all_read(todo_ids=keys, actor=request.user, now=timezone.now())
    passed = len(keys) - done
    text = f"已标为已阅 {done} 件" + (f"；{passed} 件不需要或不能由您标记" if passed else "")
    (messages.success if done else messages.warning)(request, text if keys else "还没有勾选，请先勾选要标记的事项")
    return redirect(f"{reverse('tasks:todos')}?{request.GET.urlencode()}".rstrip("?"))


@requires("tasks.self")
@require_safe
def badge(request: HttpRequest) -> HttpResponse:
    """What stands beside 待办 in the navigation; asked for by every page once a minute."""
    counts = counts_for(request.user)
    return render(request, "tasks/badge.html", {"counts": counts})


@requires("tasks.self")
@require_safe
def day_panel(request: HttpRequest) -> HttpResponse:
    """My day: overdue, due today, due this week, newly arrived; the first of them with the next act."""
    now = timezone.now()
    mine = mine_of(request)
    rows = [
        {
            "todo": todo, "limit": limit_mark(todo, now), "urgency": urgency_mark(todo), "url": open_address(todo),
            "lent": todo.receiver_id != request.user.pk, "is_new": todo.read_at is None,
        }
        for todo in mine.pending()[:TOP]
    ]  # fmt: skip
    context = {"rows": rows, "day": day_counts(request.user, now), "counts": counts_for(request.user)}
    return render(request, "tasks/panel_day.html", context)
