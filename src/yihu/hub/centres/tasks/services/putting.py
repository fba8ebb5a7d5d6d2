"""A to-do arrives or is renewed: the last stamp wins, an equal one changes nothing."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from yihu.hub.base.access import Label
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import ENDED, OPEN, RANK, SourceKind, TodoState, Urgency
from yihu.hub.centres.tasks.models import EarlyEnding, Source, Todo
from yihu.hub.centres.tasks.services.addresses import check_address
from yihu.hub.centres.tasks.services.changes import tell_change, void_codes
from yihu.hub.centres.tasks.services.refusals import UnableToPutError
from yihu.hub.centres.tasks.services.sources import lock_key, source_of
from yihu.hub.foundation.org.api import User
from yihu.kit.masks import veil

# What tells how far a to-do has come, beside what it is about.
COURSE = frozenset({"state", "stamp", "verdict", "arrived_at", "order_at", "read_at", "ended_at"})
ARRIVING = frozenset({TodoState.PENDING, TodoState.TO_READ, TodoState.COPY, TodoState.SUSPENDED})
# What is pressing counts as due earlier; what has no limit as due in a month.
EARLIER = {Urgency.NORMAL: timedelta(0), Urgency.URGENT: timedelta(days=1), Urgency.EXTRA: timedelta(days=3)}
SAID_BY_SMS = ("title", "kind", "node", "amount", "low_risk")
WITHOUT_LIMIT = timedelta(days=30)


def order_at(*, due_at: datetime | None, arrived_at: datetime, urgency: int) -> datetime:
    """By what a list is ordered: the limit, a day earlier when 加急, three when 特急; without a limit a month on."""
    return (due_at or arrived_at + WITHOUT_LIMIT) - EARLIER[Urgency(urgency)]


@transaction.atomic
def put_todo(
    *,
    source: str,
    key: str,
    receiver: User,
    title: str,
    office_code: str,
    label: int,
    stamp: int,
    now: datetime,
    kind: str = "",
    node: str = "",
    url: str = "",
    app_url: str = "",
    case_number: str = "",
    taxpayer_number: str | None = None,
    initiator: User | None = None,
    initiator_name: str = "",
    amount: Decimal | None = None,
    urgency: int = Urgency.NORMAL,
    due_at: datetime | None = None,
    low_risk: bool = False,
    state: TodoState = TodoState.PENDING,
) -> Todo:
    """
    Put a to-do on somebody's list, or renew the one of the same (source, key, receiver).

    A message with an older stamp than what stands there changes nothing; nor does one of the same stamp that is no
    further along. What comes back after its end (a later stamp) is open again. Safe to repeat and in any order.

    :param title: personal numbers in it are hidden before it is kept
    :param stamp: the source's own growing number
    :param amount: yuan; bounds approval by SMS
    :param low_risk: may be decided in a batch; of an outside source only when its kind is listed for it
    :raises UnableToPutError: see the class
    """
    origin = source_of(source)
    _check(key=key, title=title, state=state, receiver=receiver, stamp=stamp)
    values: dict[str, Any] = {
        "title": veil(title).strip()[:200], "kind": kind[:60], "node": node[:100], "case_number": case_number[:60],
        "url": check_address(url, origin), "app_url": check_address(app_url, origin), "office_code": office_code[:30],
        "label": Label(label), "taxpayer_number": taxpayer_number or None, "initiator": initiator,
        "initiator_name": initiator_name[:60] or getattr(initiator, "display_name", ""), "amount": amount,
        "urgency": Urgency(urgency), "due_at": due_at, "arrived_at": now, "read_at": None, "ended_at": None,
        "order_at": order_at(due_at=due_at, arrived_at=now, urgency=urgency), "state": state, "stamp": stamp,
        "content_stamp": stamp,
        "low_risk": low_risk and (origin.kind == SourceKind.INSIDE or kind in origin.low_risk_kinds), "verdict": "",
    }  # fmt: skip
    with as_system("登记待办"):
        lock_key(origin, key)
        return _written(origin, key, receiver, values, now)


def _check(*, key: str, title: str, state: str, receiver: User, stamp: int) -> None:
    if not key or len(key) > 120 or not title.strip():
        raise UnableToPutError("TODO-002", "待办缺少来源内编号（最长 120 字）或标题")
    if state not in ARRIVING:
        raise UnableToPutError("TODO-003", "新登记的待办只能是待办、待阅、抄送或挂起")
    if not receiver.is_active:
        raise UnableToPutError("TODO-004", f"接收人 {receiver.username} 已停用，请改派他人")
    if not 0 <= stamp < 2**62:
        raise UnableToPutError("TODO-008", "来源时间戳须为非负整数")


def _written(origin: Source, key: str, receiver: User, values: dict[str, Any], now: datetime) -> Todo:
    rows = Todo.objects.select_for_update().filter(source=origin, key=key, receiver=receiver)
    found = rows.first()
    if found is None:
        try:
            with transaction.atomic():
                made = Todo.objects.create(source=origin, key=key, receiver=receiver, **values)
        except IntegrityError:
            # Somebody else put it in the meantime; theirs and ours are compared like any two.
            found = rows.get()
        else:
            if origin.kind == SourceKind.OUTSIDE:
                _apply_early_ending(origin, made, now)
            tell_change(made, now=now)
            return made
    if is_later(found, stamp=values["stamp"], state=values["state"]):
        renewed = found.state in OPEN and values["state"] == found.state
        if renewed:
            # The same thing said anew: it arrived, and was read, when it first came.
            kept = {"arrived_at": found.arrived_at, "read_at": found.read_at}
            due = order_at(due_at=values["due_at"], arrived_at=found.arrived_at, urgency=values["urgency"])
            values |= kept | {"order_at": due}
        if any(getattr(found, name) != values[name] for name in SAID_BY_SMS):
            # A code decides what was told with it, nothing else.
            void_codes(found, now=now)
        Todo.objects.filter(pk=found.pk).update(**values)
        for name, value in values.items():
            setattr(found, name, value)
        tell_change(found, now=now)
    elif values["stamp"] > found.content_stamp and found.state in ENDED:
        _reword(found, values)
    return found


def _reword(found: Todo, values: dict[str, Any]) -> None:
    """A word that was overtaken by the end: the to-do stays ended, told as its source last told it."""
    kept = {name: value for name, value in values.items() if name not in COURSE}
    Todo.objects.filter(pk=found.pk).update(**kept)
    for name, value in kept.items():
        setattr(found, name, value)


def is_later(todo: Todo, *, stamp: int, state: str) -> bool:
    """Whether a message outdoes what stands there: a later stamp, or the same one further along."""
    return (stamp, RANK[TodoState(state)]) > (todo.stamp, RANK[TodoState(todo.state)])


def _apply_early_ending(origin: Source, made: Todo, now: datetime) -> None:
    """What ended before it arrived stands as ended."""
    early = EarlyEnding.objects.filter(source=origin, key=made.key, stamp__gte=made.stamp)
    ends = [e for e in early if e.receiver_id in {None, made.receiver_id}]
    if ends:
        last = max(ends, key=lambda e: (e.stamp, RANK[TodoState(e.state)]))
        made.state, made.stamp, made.verdict = last.state, last.stamp, last.verdict
        made.ended_at = now if last.state in ENDED else None
        made.save(update_fields=["state", "stamp", "verdict", "ended_at"])
