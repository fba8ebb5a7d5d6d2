"""All open work of one person goes to another: they left, were posted elsewhere, or are overloaded."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import SourceKind, TodoState
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.tasks.services.changes import void_codes
from yihu.hub.centres.tasks.services.deciding import handlers_of
from yihu.hub.centres.tasks.services.refusals import UnableToHandOverError
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User

PERMISSION = "tasks.supervise"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many went over, and what stayed with its reason."""

    moved: int
    stayed: tuple[tuple[str, str], ...] = ()


def hand_over(
    *, actor: User | None, giver: User, receiver: User, reason: str, now: datetime, todo_ids: list[int] | None = None
) -> HandedOver:
    """
    Have each source transfer the giver's open to-dos (or those named); each in its own transaction.

    The source moves its own task and puts the to-do on the new list; what it refuses stays, with its words.

    :param actor: None for the machine itself
    :raises UnableToHandOverError: see the class
    """
    _check(actor, giver, receiver)
    with as_system("移交待办"):
        rows = Todo.objects.filter(receiver=giver, state__in=[TodoState.PENDING, TodoState.SUSPENDED])
        rows = rows if todo_ids is None else rows.filter(pk__in=todo_ids)
        found = list(rows.select_related("source").order_by("order_at", "id"))
    stayed = []
    for todo in found:
        try:
            _transfer(todo, actor, giver, receiver, reason, now)
        except UnableTo as error:
            stayed.append((todo.title, str(error)))
    moved = len(found) - len(stayed)
    record(
        verb="todo.hand-over", request=current_request(), target=f"account:{giver.username}", target_name=str(giver),
        purpose=reason, detail={"receiver": receiver.username, "count": moved, "stayed": len(stayed)},
        **({"actor": actor} if actor is not None else {"username": "系统"}),
    )  # fmt: skip
    return HandedOver(moved, tuple(stayed))


def _check(actor: User | None, giver: User, receiver: User) -> None:
    if giver.pk == receiver.pk or not receiver.is_active:
        raise UnableToHandOverError("TODO-031", "不能移交给本人或已停用的人员，请另选接办人")
    if actor is None:
        return
    if not all(actor.reaches(PERMISSION, user.office) for user in (giver, receiver)):
        raise UnableToHandOverError("TODO-030", "移交双方须都在您的管辖范围内，跨单位的请由共同的上级办理")


@transaction.atomic
def _transfer(todo: Todo, actor: User | None, giver: User, receiver: User, reason: str, now: datetime) -> None:
    transfer = handlers_of(todo.source.code).transfer
    if transfer is None:
        where = "请在该系统内改派" if todo.source.kind == SourceKind.OUTSIDE else "请打开后转办"
        raise UnableToHandOverError("TODO-032", f"“{todo.source.name}”的事项不能在此移交，{where}")
    transfer(key=todo.key, actor=actor, giver=giver, receiver=receiver, reason=reason, now=now)


def shut_codes_of(user: User) -> None:
    """Somebody left: no code sent to them decides any more. Their open work waits for a chief to hand it over."""
    with as_system("离岗"):
        for todo in Todo.objects.filter(challenges__approver=user).distinct():
            void_codes(todo, now=timezone.now())
