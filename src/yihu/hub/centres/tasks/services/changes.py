"""What follows whenever a to-do changes: codes sent by SMS die, supervision ends, and its reader's page is told."""

from collections.abc import Callable
from datetime import datetime

from yihu.hub.centres.tasks.choices import ChallengeState, TodoState
from yihu.hub.centres.tasks.models import SmsChallenge, Supervision, Todo

_listeners: list[Callable[[Todo, datetime], None]] = []


def when_changed(listener: Callable[[Todo, datetime], None]) -> None:
    """Have `listener` called with each to-do that arrived, was renewed or ended, in the same transaction."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_change(todo: Todo, *, now: datetime) -> None:
    """To be called as the system, after the row is written."""
    if todo.state != TodoState.PENDING:
        if todo.low_risk:
            # Codes are sent for nothing else, and die when a to-do stops being low-risk.
            void_codes(todo, now=now)
        if todo.supervised and not todo.is_open:
            Supervision.objects.filter(todo=todo, closed_at=None).update(closed_at=now)
            Todo.objects.filter(pk=todo.pk).update(supervised=False)
            todo.supervised = False
    for listener in _listeners:
        listener(todo, now)


def void_codes(todo: Todo, *, now: datetime) -> int:
    """A code lives no longer than what it decides."""
    live = SmsChallenge.objects.filter(todo=todo, state__in=[ChallengeState.ISSUED, ChallengeState.LOCKED])
    return live.update(state=ChallengeState.VOID, ended_at=now)
