"""
To-dos of outside systems: taken in, ended, and told of what our people did with them.

The exchange knows who a system is and where it may link to; its row among the sources here follows that.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower

from yihu.hub.base.access import Label
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.exchange.api import OutsideSystem, find_system, queue_delivery, url_problem
from yihu.hub.centres.tasks.choices import ENDED, SourceKind, TodoState, Urgency, Verdict
from yihu.hub.centres.tasks.models import Source, Todo
from yihu.hub.centres.tasks.selectors.people import may_handle
from yihu.hub.centres.tasks.services.putting import is_later, put_todo
from yihu.hub.centres.tasks.services.refusals import UnableToDecideError, UnableToPutError
from yihu.hub.centres.tasks.services.settling import settle_todo
from yihu.hub.centres.tasks.services.sources import lock_key
from yihu.hub.foundation.org.api import User
from yihu.hub.registers.taxpayers.api import find_taxpayer

AHEAD_MILLISECONDS = 10 * 60 * 1000
SETTLED, DECIDED = "todo.settled", "todo.decided"
# Set while a system's own message is carried out: it need not be told what it said itself.
_heard: ContextVar[bool] = ContextVar("heard_from_outside", default=False)


@dataclass(frozen=True, slots=True)
class Pushed:
    """One to-do for one receiver, as an outside system says it; `due_at` is ISO 8601, `amount` yuan as text."""

    key: str
    receiver: str
    title: str
    stamp: int
    state: str = TodoState.PENDING
    kind: str = ""
    node: str = ""
    url: str = ""
    app_url: str = ""
    case_number: str = ""
    taxpayer_number: str = ""
    initiator: str = ""
    initiator_name: str = ""
    urgency: int = Urgency.NORMAL
    due_at: str = ""
    amount: str = ""
    low_risk: bool = False

    def kept(self) -> dict[str, Any]:
        """As the JSON of a dead letter."""
        return asdict(self)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Pushed":
        """
        From the JSON of a dead letter.

        :raises UnableToPutError: TODO-002, it was kept incomplete, or by another version of the program
        """
        try:
            return cls(**kept)
        except TypeError as error:
            raise UnableToPutError("TODO-002", "保存的内容不完整，请让对方重新推送") from error

    @property
    def reference(self) -> str:
        return f"{self.key}/{self.receiver}"


def milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def people_by_name(names: Iterable[str]) -> dict[str, User]:
    """People by their account in lower case; the unknown are left out."""
    wanted = {name.lower() for name in names if name}
    rows = User.objects.annotate(lowered=Lower("username")).filter(lowered__in=wanted)
    return {user.lowered: user for user in rows}


def source_row_of(system: OutsideSystem) -> Source:
    """
    The system's row among the sources, its name and hosts as the exchange has them.

    :raises UnableToPutError: TODO-001, switched off here, or its code is that of a room of this program
    """
    wanted = {"name": system.name, "hosts": system.hosts}
    row, made = Source.objects.get_or_create(code=system.code, defaults=wanted | {"kind": SourceKind.OUTSIDE})
    if row.kind != SourceKind.OUTSIDE or not row.is_active:
        raise UnableToPutError("TODO-001", f"待办来源“{system.code}”不是外部系统或已停用，请联系安全管理员")
    if not made and (row.name, row.hosts) != (system.name, system.hosts):
        row.name, row.hosts = system.name, system.hosts
        row.save(update_fields=["name", "hosts"])
    return row


def take_pushed(*, system: OutsideSystem, row: Source, item: Pushed, people: dict[str, User], now: datetime) -> str:
    """
    Put one to-do on its receiver's list; says created, updated, unchanged or superseded (a later one stands).

    :param people: those the items name, see `people_by_name`
    :raises UnableToPutError: 004 receiver, 005 stamp ahead, 007 address, and those of `put_todo`
    """
    check_stamp(item.stamp, now)
    receiver = people.get(item.receiver.lower())
    if receiver is None:
        raise UnableToPutError("TODO-004", f"接收人{item.receiver}不存在")
    for url in (item.url, item.app_url):
        problem = url_problem(url, system.hosts) if url else ""
        if problem:
            raise UnableToPutError("TODO-007", f"办理地址不能使用：{problem}")
    ended = item.state in ENDED
    with _hearing(), as_system("收外部系统待办"), transaction.atomic():
        lock_key(row, item.key)
        before = Todo.objects.filter(source=row, key=item.key, receiver=receiver).first()
        _put(system, item, receiver, people, TodoState.PENDING if ended else TodoState(item.state), now)
        if ended:
            settle_todo(
                source=system.code, key=item.key, receiver=receiver, state=TodoState(item.state), stamp=item.stamp,
                now=now,
            )  # fmt: skip
        return _outcome(before, item)


def _outcome(before: Todo | None, item: Pushed) -> str:
    if before is None:
        return "created"
    if is_later(before, stamp=item.stamp, state=item.state):
        return "updated"
    return "superseded" if item.stamp < before.stamp else "unchanged"


def _put(
    system: OutsideSystem, item: Pushed, receiver: User, people: dict[str, User], state: TodoState, now: datetime
) -> None:
    initiator = people.get(item.initiator.lower())
    taxpayer = find_taxpayer(item.taxpayer_number) if item.taxpayer_number else None
    put_todo(
        source=system.code, key=item.key, receiver=receiver, title=item.title, stamp=item.stamp, now=now,
        # What is about a taxpayer is as sensitive as the taxpayer; anything else belongs to its receiver's office.
        office_code=taxpayer.office_code if taxpayer else receiver.office.code,
        label=taxpayer.label if taxpayer else Label.INTERNAL,
        kind=item.kind, node=item.node, url=item.url, app_url=item.app_url, case_number=item.case_number,
        taxpayer_number=item.taxpayer_number or None, initiator=initiator,
        initiator_name=item.initiator_name or ("" if initiator else item.initiator), urgency=item.urgency,
        due_at=datetime.fromisoformat(item.due_at) if item.due_at else None,
        amount=Decimal(item.amount) if item.amount else None, low_risk=item.low_risk, state=state,
    )  # fmt: skip


def take_again(system_code: str, item: dict[str, Any], now: datetime) -> None:
    """
    Take a dead letter's to-do once more.

    :raises UnableToPutError: it is still refused
    """
    system = find_system(system_code)
    if system is None:
        raise UnableToPutError("TODO-001", f"接入系统“{system_code}”已不存在")
    pushed = Pushed.read(item)
    people = people_by_name([pushed.receiver, pushed.initiator])
    take_pushed(system=system, row=source_row_of(system), item=pushed, people=people, now=now)


def take_end(
    *, system: OutsideSystem, key: str, receiver: str, state: TodoState, verdict: str, stamp: int, now: datetime
) -> int:
    """
    End the to-dos of a key, of one receiver or (receiver "") of all; says how many changed.

    :raises UnableToPutError: 001, 003, 004, 005
    """
    check_stamp(stamp, now)
    source_row_of(system)
    person = people_by_name([receiver]).get(receiver.lower()) if receiver else None
    if receiver and person is None:
        raise UnableToPutError("TODO-004", f"接收人{receiver}不存在")
    with _hearing():
        return settle_todo(
            source=system.code, key=key, receiver=person, state=state, verdict=verdict, stamp=stamp, now=now
        )


def check_stamp(stamp: int, now: datetime) -> None:
    """
    Refuse a stamp of the future: until then nothing else could renew or end the to-do.

    :raises UnableToPutError: TODO-005
    """
    ahead = stamp - milliseconds(now)
    if ahead > AHEAD_MILLISECONDS:
        raise UnableToPutError("TODO-005", f"时间戳比本系统快 {ahead // 60_000} 分钟，超过 10 分钟的不收，请校准时钟")


@contextmanager
def _hearing() -> Iterator[None]:
    token = _heard.set(True)
    try:
        yield
    finally:
        _heard.reset(token)


def tell_outside(todo: Todo, now: datetime) -> None:
    """When our people end a to-do of an outside system, write the message to it in the same transaction."""
    if _heard.get() or todo.state not in ENDED or todo.source.kind != SourceKind.OUTSIDE:
        return
    payload = {
        "key": todo.key, "receiver": todo.receiver.username, "state": todo.state.lower(), "verdict": todo.verdict,
        "stamp": todo.stamp, "case_number": todo.case_number,
    }  # fmt: skip
    queue_delivery(system_code=todo.source.code, event=SETTLED, reference=todo.key, payload=payload, now=now)


def takes_results(code: str) -> bool:
    """Whether an outside system registered where results go: only then may its to-dos be decided here."""
    system = find_system(code)
    return system is not None and system.webhook_url != ""


def outside_codes() -> list[str]:
    """Outside sources whose low-risk kinds may be decided from the list."""
    rows = Source.objects.filter(kind=SourceKind.OUTSIDE, is_active=True).exclude(low_risk_kinds=[])
    return [code for code in rows.values_list("code", flat=True) if takes_results(code)]


def decide_outside(
    source: str, *, key: str, actor: User, verdict: Verdict, opinion: str, channel: str, now: datetime
) -> None:
    """
    Decide a to-do of an outside system at our word: it ends here, and the verdict goes out in the same transaction.

    :raises UnableToDecideError: TODO-021, meanwhile ended or taken back
    """
    with as_system("办理外部系统待办"):
        rows = Todo.objects.select_for_update(of=("self",)).select_related("receiver", "source")
        found = [t for t in rows.filter(source__code=source, key=key, state=TodoState.PENDING) if may_handle(actor, t)]
    mine = next((t for t in found if t.receiver_id == actor.pk), next(iter(found), None))
    if mine is None:
        raise UnableToDecideError("TODO-021", "该事项已不在待办，可能已被对方系统撤回或办结")
    with _hearing():
        settle_todo(
            source=source, key=key, receiver=mine.receiver, state=TodoState.DONE, verdict=verdict.label,
            stamp=max(mine.stamp, milliseconds(now)), now=now,
        )  # fmt: skip
    payload = {
        "key": key, "receiver": mine.receiver.username, "decided_by": actor.username, "verdict": verdict.lower(),
        "opinion": opinion, "channel": channel.lower(), "stamp": mine.stamp, "case_number": mine.case_number,
    }  # fmt: skip
    queue_delivery(system_code=source, event=DECIDED, reference=key, payload=payload, now=now)
