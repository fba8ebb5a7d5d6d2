"""A to-do ends: done by its receiver, over with its case, or taken back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import ENDED, SourceKind, TodoState
from yihu.hub.centres.tasks.models import EarlyEnding, Source, Todo
from yihu.hub.centres.tasks.services.changes import tell_change
from yihu.hub.centres.tasks.services.putting import is_later
from yihu.hub.centres.tasks.services.refusals import UnableToPutError
from yihu.hub.centres.tasks.services.sources import lock_key, source_of
from yihu.hub.foundation.org.api import User


@transaction.atomic
def settle_todo(
    *,
    source: str,
    key: str,
    stamp: int,
    now: datetime,
    receiver: User | None = None,
    state: TodoState = TodoState.DONE,
    verdict: str = "",
) -> int:
    """
    End the to-dos of a key, of one receiver or of all; says how many changed. Older stamps change nothing.

    An end of another system's to-do that has not arrived yet is kept until it does.

    :raises UnableToPutError: unknown source, or `state` is no end
    """
    origin = source_of(source)
    _check_end(state)
    with as_system("办结待办"):
        lock_key(origin, key)
        rows = Todo.objects.select_for_update().filter(source=origin, key=key).order_by("pk")
        found = list(rows if receiver is None else rows.filter(receiver=receiver))
        if origin.kind == SourceKind.OUTSIDE and (receiver is None or not found):
            EarlyEnding.objects.create(
                source=origin, key=key, receiver=receiver, state=state, verdict=verdict[:60], stamp=stamp,
                received_at=now,
            )  # fmt: skip
        return sum(_end(todo, origin, state, verdict, stamp, now) for todo in found)


@transaction.atomic
def settle_all(
    *,
    source: str,
    case_number: str,
    stamp: int,
    now: datetime,
    state: TodoState = TodoState.FINISHED,
    verdict: str = "",
) -> int:
    """
    End a whole case; says how many to-dos changed.

    FINISHED: what was done becomes 办结, what is still to be done or suspended is taken back, what is to be read stays.
    WITHDRAWN: the same, and what is to be read is taken back as well.

    :raises UnableToPutError: unknown source, no case, or another state
    """
    origin = source_of(source)
    if not case_number or state not in {TodoState.FINISHED, TodoState.WITHDRAWN}:
        raise UnableToPutError("TODO-003", "整件办结须给出办件编号，状态只能是办结或撤回")
    taken_back = Q(state__in=[TodoState.PENDING, TodoState.SUSPENDED])
    if state == TodoState.WITHDRAWN:
        taken_back |= Q(state__in=[TodoState.TO_READ, TodoState.COPY])
    with as_system("办结整件"):
        rows = Todo.objects.select_for_update().filter(source=origin, case_number=case_number).order_by("pk")
        changed = sum(_end(t, origin, TodoState.WITHDRAWN, verdict, stamp, now) for t in rows.filter(taken_back))
        done = rows.filter(state=TodoState.DONE)
        return changed + sum(_end(t, origin, TodoState.FINISHED, t.verdict or verdict, stamp, now) for t in done)


def _end(todo: Todo, origin: Source, state: TodoState, verdict: str, stamp: int, now: datetime) -> int:
    if not is_later(todo, stamp=stamp, state=state):
        return 0
    # When one did one's part stays, though the case ends later.
    todo.ended_at = todo.ended_at or now
    todo.source = origin
    todo.state, todo.verdict, todo.stamp = state, verdict[:60], stamp
    todo.save(update_fields=["state", "verdict", "stamp", "ended_at"])
    tell_change(todo, now=now)
    return 1


def _check_end(state: str) -> None:
    if state not in ENDED:
        raise UnableToPutError("TODO-003", "办结的状态只能是已办、办结或已撤回")


def forget_early_endings(*, before: datetime, source: Source | None = None) -> int:
    """Forget ends whose to-do never came."""
    rows = EarlyEnding.objects.filter(received_at__lt=before)
    return (rows.filter(source=source) if source else rows).delete()[0]
