"""How limits, urgency and people of a to-do are said."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from yihu.hub.centres.tasks.choices import TodoState, Urgency
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.foundation.org.api import User
from yihu.hub.screens.pages import Mark

NEAR_DAYS = 3


def limit_mark(todo: Todo, now: datetime | None = None) -> Mark:
    """How the limit stands: its day, and overdue by days, today, or days left."""
    if todo.due_at is None:
        return Mark("不限")
    now, due = now or timezone.now(), timezone.localtime(todo.due_at)
    days = (due.date() - timezone.localdate(now)).days
    if todo.due_at < now:
        return Mark(f"{due:%m-%d} 超期 {-days} 天" if days else f"今日 {due:%H:%M} 已超时", "stop")
    if days == 0:
        return Mark(f"今日 {due:%H:%M} 到期", "wait")
    day = f"{due:%m-%d}" if due.year == timezone.localtime(now).year else f"{due:%Y-%m-%d}"
    return Mark(f"{day} 剩 {days} 天", "on" if days <= NEAR_DAYS else "off")


def urgency_mark(todo: Todo) -> Mark:
    tones = {Urgency.EXTRA: "stop", Urgency.URGENT: "wait"}
    return Mark(todo.get_urgency_display(), tones.get(Urgency(todo.urgency), "off"))


def state_mark(todo: Todo) -> Mark:
    tones = {TodoState.PENDING: "on", TodoState.SUSPENDED: "wait", TodoState.WITHDRAWN: "stop"}
    return Mark(todo.get_state_display(), tones.get(TodoState(todo.state), "off"))


def read_mark(todo: Todo) -> Mark:
    return Mark("已读") if todo.read_at else Mark("未读", "on")


def open_address(todo: Todo) -> str:
    """Where the row leads: through this site, which notes the reading and checks the address once more."""
    return reverse("tasks:open", args=[todo.pk]) if todo.url else reverse("tasks:todo", args=[todo.pk])


def whose(user: User) -> "WhoseWords":
    return WhoseWords(user.pk)


class WhoseWords:
    """本人, or 代 and the name of whom one stands in for."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id

    def __call__(self, todo: Todo) -> str:
        return "本人" if todo.receiver_id == self.user_id else f"代 {todo.receiver.display_name}"
