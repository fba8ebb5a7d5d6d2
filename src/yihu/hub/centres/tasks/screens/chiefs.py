"""Lists of chiefs: open work of their people, and what they asked."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from yihu.hub.centres.tasks.models import Supervision, Todo
from yihu.hub.centres.tasks.screens import cells
from yihu.hub.centres.tasks.screens.lists import DUE, by_source, supervision_mark
from yihu.hub.centres.tasks.selectors import lists as read
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty, Mark


def _see(todo: Todo) -> str:
    return reverse("tasks:reached", args=[todo.pk])


def _holder_mark(todo: Todo) -> Mark:
    return Mark("在岗") if todo.receiver.is_active else Mark("已离岗", "stop")


def _by_person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(receiver__display_name__startswith=text) | rows.filter(receiver__username__startswith=text)


def _gone(rows: QuerySet[Any], chosen: bool) -> QuerySet[Any]:
    return rows.filter(receiver__is_active=False) if chosen else rows


def _supervised(rows: QuerySet[Any], chosen: bool) -> QuerySet[Any]:
    return rows.filter(supervised=True) if chosen else rows


REACHED = ListScreen(
    columns=(
        Column("title", "标题", lambda t: t.title, link=_see),
        Column("kind", "事项", lambda t: t.kind, sort=("kind",)),
        Column("node", "环节", lambda t: t.node),
        Column("person", "办理人", lambda t: t.receiver.display_name, sort=("receiver__username",)),
        Column("office", "机关", lambda t: t.receiver.office.name, shown=False),
        Column("at", "在岗", _holder_mark, kind="mark", shown=False),
        Column("limit", "时限", cells.limit_mark, kind="mark", sort=("order_at",)),
        Column("due", "期限", lambda t: t.due_at, kind="minute", sort=("order_at",), shown=False),
        Column("arrived", "到达", lambda t: t.arrived_at, kind="minute", sort=("arrived_at",)),
        Column("asked", "督办", lambda t: Mark("督办中", "wait") if t.supervised else Mark("未督办"), kind="mark"),
        Column("source", "来源", lambda t: t.source.name, shown=False),
    ),
    empty=Empty("管辖范围内没有在办事项", "所辖人员的待办到达后列在这里，可督办、可移交。"),
    filters=(
        Filter("q", "标题、办件编号、发起人", read.by_text),
        Filter("person", "办理人姓名或账号", _by_person),
        Filter("due", "期限", read.by_due, "choice", lambda request: DUE),
        Filter("source", "来源", by_source, "choice", lambda request: read.source_choices()),
        Filter("gone", "离岗人员未办", _gone, "flag"),
        Filter("asked", "督办中", _supervised, "flag"),
    ),
    unit="件",
    row_acts=(
        RowAct("督办", lambda t: "" if t.supervised else reverse("tasks:supervise", args=[t.pk])),
        RowAct("移交", lambda t: f"{reverse('tasks:hand-over')}?from={t.receiver.username}"),
    ),
)


def _lift(one: Supervision) -> str:
    return "" if one.closed_at else reverse("tasks:lift", args=[one.pk])


ASKED = ListScreen(
    columns=(
        Column("title", "标题", lambda s: s.todo.title, link=lambda s: _see(s.todo)),
        Column("state", "状态", supervision_mark, kind="mark"),
        Column("person", "办理人", lambda s: s.todo.receiver.display_name),
        Column("words", "督办要求", lambda s: s.words),
        Column("until", "要求办结", lambda s: s.until, kind="day", sort=("until",)),
        Column("answer", "答复", lambda s: s.answer),
        Column("asked", "督办时间", lambda s: s.asked_at, kind="minute", sort=("asked_at",)),
    ),
    empty=Empty("您还没有督办过事项", "在“在办事项”中选一件提出督办，办理人的答复列在这里。"),
    unit="项",
    row_acts=(RowAct("解除", _lift, post=True),),
)
