"""Carrying out many items one by one: what is refused is answered and kept, the others stand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from yihu.hub.base.history import acting
from yihu.hub.centres.exchange.api import OutsideSystem, RefusedError, keep_letter, passing_of, settle_letters
from yihu.hub.centres.tasks.services.outside import Pushed, people_by_name, source_row_of, take_pushed
from yihu.hub.centres.tasks.services.refusals import UnableToTaskError
from yihu.hub.centres.tasks.services.shapes import Results, Told

PUSH = "todo.push"


def push_all(request: HttpRequest, items: list[Pushed]) -> Results:
    """Put every to-do on its list; the refused become dead letters."""
    system, now = request.auth, timezone.now()
    with acting(system=f"接入系统 {system.code}"):
        row = _source(system)
        people = people_by_name(name for item in items for name in (item.receiver, item.initiator))
        told = [_push(system, row, item, people, now) for item in items]
        taken = [item.reference for item, one in zip(items, told, strict=True) if one.status == 200]
        settle_letters(system=system, operation=PUSH, references=taken, now=now)
    return summed(request, told)


def _source(system: OutsideSystem) -> Any:
    try:
        return source_row_of(system)
    except UnableToTaskError as error:
        raise RefusedError("EXC-008", str(error)) from error


def _push(system: OutsideSystem, row: Any, item: Pushed, people: dict[str, Any], now: datetime) -> Told:
    try:
        outcome = take_pushed(system=system, row=row, item=item, people=people, now=now)
    except UnableToTaskError as error:
        keep_letter(
            system=system, operation=PUSH, reference=item.reference, item=item.kept(), code=error.code,
            reason=str(error), now=now,
        )  # fmt: skip
        return refused(item.key, item.receiver, error)
    changed = int(outcome in {"created", "updated"})
    return Told(key=item.key, receiver=item.receiver, status=200, outcome=outcome, changed=changed)


def refused(key: str, receiver: str, error: UnableToTaskError) -> Told:
    """One item that could not be taken."""
    return Told(key=key, receiver=receiver, status=422, outcome="refused", code=error.code, detail=str(error))


def summed(request: HttpRequest, told: list[Told]) -> Results:
    """The answer, and its figures for the log."""
    bad = sum(one.status != 200 for one in told)
    passing = passing_of(request)
    passing.items, passing.refused = len(told), bad
    if bad:
        first = next(one for one in told if one.status != 200)
        passing.code, passing.note = first.code, first.detail
    return Results(accepted=len(told) - bad, refused=bad, items=told)


def all_or_problem(results: Results) -> Results:
    """
    For one to-do: when no receiver of it could take it, the request itself is refused.

    :raises RefusedError: EXC-023
    """
    if results.accepted:
        return results
    errors = [{"field": one.receiver or one.key, "detail": one.detail, "code": one.code} for one in results.items]
    raise RefusedError("EXC-023", errors[0]["detail"], errors=errors)


Act = Callable[..., int]
