"""Reminders: once a day what is overdue, once what is due today; each person gets one notice a kind and day."""

from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import ReminderKind, TodoState, Urgency
from yihu.hub.centres.tasks.models import Reminder, Todo
from yihu.hub.centres.tasks.selectors.reminders import list_to_remind
from yihu.hub.foundation.notices.api import notify, tell_live
from yihu.hub.foundation.org.api import User

TEMPLATES = {ReminderKind.OVERDUE: "tasks.overdue", ReminderKind.DUE_TODAY: "tasks.due-today"}
FILTERS = {ReminderKind.OVERDUE: "overdue", ReminderKind.DUE_TODAY: "today"}
NAMED = 3
AT_ONCE = 5000


def tell_page(todo: Todo, now: datetime) -> None:
    """The receiver's open pages look at their badge again, once this is committed."""
    tell_live([todo.receiver_id])


def tell_pressing(todo: Todo, now: datetime) -> None:
    """A 特急 to-do that arrived is told at once, by itself and only once; ordinary ones stand on the list."""
    if todo.state != TodoState.PENDING or todo.urgency != Urgency.EXTRA:
        return
    notify(
        receiver=todo.receiver, template="tasks.pressing", about=f"todo:{todo.pk}", key=f"tasks.pressing:{todo.pk}",
        context={"title": todo.title, "node": todo.node or todo.kind, "by": todo.initiator_name or "系统"},
        url=reverse("tasks:open", args=[todo.pk]), now=now,
    )  # fmt: skip


def remind(*, now: datetime) -> int:
    """
    Remind everybody of what is overdue or due today and was not reminded of yet; says how many to-dos.

    Safe to run again: a to-do is noted once a kind and day, in the transaction of its notice.
    """
    day = timezone.localdate(now)
    reminded = 0
    for kind in (ReminderKind.OVERDUE, ReminderKind.DUE_TODAY):
        with as_system("提醒"):
            rows = list(list_to_remind(kind, day=day, now=now)[:AT_ONCE])
        rows.sort(key=lambda todo: todo.receiver_id)
        for _, group in groupby(rows, key=lambda todo: todo.receiver_id):
            reminded += _remind_one(kind, list(group), now)
    return reminded


@transaction.atomic
def _remind_one(kind: ReminderKind, todos: list[Todo], now: datetime) -> int:
    """One person's to-dos of one kind: noted each, told together."""
    day = timezone.localdate(now)
    rows = [Reminder(todo=todo, kind=kind, day=day, sent_at=now) for todo in todos]
    with as_system("提醒"):
        Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    receiver: User = todos[0].receiver
    names = "、".join(f"“{todo.title}”" for todo in todos[:NAMED])
    more = f"等 {len(todos)} 件" if len(todos) > NAMED else ""
    notify(
        receiver=receiver, template=TEMPLATES[kind], context={"count": len(todos), "titles": names + more},
        url=f"{reverse('tasks:todos')}?due={FILTERS[kind]}", key=f"{TEMPLATES[kind]}:{day}:{todos[0].pk}", now=now,
    )  # fmt: skip
    return len(todos)
