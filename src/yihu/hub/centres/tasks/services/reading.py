"""Reading: opening a to-do notes when; what was only to be read is thereby done."""

from datetime import datetime

from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import OPEN, TodoState
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.tasks.selectors.people import may_handle
from yihu.hub.centres.tasks.services.changes import tell_change
from yihu.hub.centres.tasks.services.refusals import UnableToReadError
from yihu.hub.foundation.org.api import User

READ = "已阅"


@transaction.atomic
def mark_read(*, todo_id: int, actor: User, now: datetime) -> Todo:
    """
    Note that the receiver opened it. 待阅 becomes 已办 with 已阅; 抄送 stays where it is. A stand-in reads for nobody.

    :raises UnableToReadError: not theirs
    """
    with as_system("阅读待办"):
        todo = Todo.objects.select_for_update(of=("self",)).select_related("source").filter(pk=todo_id).first()
        if todo is None or not may_handle(actor, todo):
            raise UnableToReadError("TODO-020", "这不是您的待办")
        if todo.receiver_id != actor.pk or todo.state not in OPEN or todo.read_at is not None:
            return todo
        todo.read_at = now
        ends = todo.state == TodoState.TO_READ
        if ends:
            todo.state, todo.ended_at, todo.verdict = TodoState.DONE, now, READ
        todo.save(update_fields=["read_at", "state", "ended_at", "verdict"])
        if ends:
            tell_change(todo, now=now)
    return todo


def mark_all_read(*, todo_ids: list[int], actor: User, now: datetime) -> int:
    """Note several at once; what is not theirs is passed over. Says how many were noted."""
    done = 0
    for todo_id in todo_ids[:200]:
        try:
            done += mark_read(todo_id=todo_id, actor=actor, now=now).read_at == now
        except UnableToReadError:
            continue
    return done
