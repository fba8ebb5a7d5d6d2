"""
Sending what is due. At least once: a message is taken for a while, sent outside any transaction, then written down;
what a killed worker had taken falls due again. Two workers never hold the same one.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction

from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.notices.choices import OPEN_STATES, Channel, Failure, State, Urgency
from yihu.hub.foundation.notices.keys import ADDRESSES
from yihu.hub.foundation.notices.models import Address, Delivery
from yihu.hub.foundation.notices.services.reaching import open_channels, ways_of

LEASE = timedelta(minutes=3)
# After each failed try; a message that fails once more is given up.
BACKOFF = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
BATCH = 50
DIGEST_TITLE = "今日消息汇总"


class SendingError(Exception):
    """The channel did not take a message. `detail` is for the operator, without numbers."""

    failure = Failure.UNREACHABLE
    final = False

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail[:200]


class RefusedError(SendingError):
    """Trying again would not help: the address or the message is wrong."""

    failure = Failure.REFUSED
    final = True


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as a channel gets it. `token` stays the same over all tries, so that others can tell a repetition."""

    token: str
    to: str
    title: str
    texts: tuple[str, ...]


class Sender(ABC):
    """A way out of the house."""

    @abstractmethod
    def send(self, message: Outgoing) -> str:
        """
        Hand a message over.

        :return: the other side's number of it, "" when it gives none
        :raises SendingError: not taken
        """


Senders = Mapping[Channel, Sender]


def deliver_due(*, senders: Senders, clock: Callable[[], datetime], seconds: float = 50) -> bool:
    """
    Send what is due until nothing is left or the time is up.

    :return: whether something may be left
    """
    until = clock() + timedelta(seconds=seconds)
    while clock() < until:
        with as_system("发送消息"):
            taken = take(now=clock())
            for group in taken:
                _send(group, senders, clock)
        if not taken:
            return False
    return True


@transaction.atomic
def take(*, now: datetime) -> list[list[Delivery]]:
    """Take due deliveries for a while; those that leave as one message together. What meets quiet hours is held."""
    rows = Delivery.objects.filter(state__in=OPEN_STATES, due_at__lte=now).select_related("address")
    found = list(rows.order_by("-urgency", "due_at").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    ready = _without_quiet(found, now)
    for one in ready:
        one.state, one.due_at, one.attempts = State.QUEUED, now + LEASE, one.attempts + 1
    Delivery.objects.bulk_update(found, ["state", "due_at", "attempts"])
    return _grouped(ready)


def _without_quiet(found: list[Delivery], now: datetime) -> list[Delivery]:
    """Those that may leave now. A retry, or a job that was late, may have come into the quiet hours."""
    ways = ways_of([d.receiver_id for d in found], now)
    ready = []
    for one in found:
        due = ways.due(one.receiver_id, Urgency(one.urgency), now)
        if due > now:
            one.state, one.due_at = State.HELD, due
        else:
            ready.append(one)
    return ready


def _grouped(ready: Iterable[Delivery]) -> list[list[Delivery]]:
    """Each alone; those for the daily digest by address."""
    groups: dict[object, list[Delivery]] = defaultdict(list)
    for one in ready:
        groups[one.address_id if one.in_digest else f"alone {one.pk}"].append(one)
    return list(groups.values())


def _send(group: list[Delivery], senders: Senders, clock: Callable[[], datetime]) -> None:
    first = group[0]
    try:
        reference = senders[_channel(first, senders)].send(_message(group))
    except SendingError as error:
        _note_failure(group, error, clock())
        return
    _note_sent(group, reference, clock())


def _channel(one: Delivery, senders: Senders) -> Channel:
    channel = Channel(one.channel)
    if channel not in open_channels() or channel not in senders:
        raise _GivenUpError(Failure.NO_CHANNEL)
    return channel


def _message(group: list[Delivery]) -> Outgoing:
    first = group[0]
    title = first.title if len(group) == 1 else f"{DIGEST_TITLE}（{len(group)} 条）"
    texts = tuple(one.text if len(group) == 1 else f"{one.title}\n{one.text}" for one in group)
    return Outgoing(token=f"yihu-{first.pk}", to=_plain(first), title=title, texts=texts)


def _plain(one: Delivery) -> str:
    address: Address | None = one.address
    sealed = one.sealed or (address.sealed if address and address.ended_at is None else "")
    try:
        return ADDRESSES.unseal(sealed)
    except (InvalidTag, ValueError) as error:
        raise _GivenUpError(Failure.NO_ADDRESS) from error


class _GivenUpError(RefusedError):
    """Given up before anything was sent."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.label)
        self.failure = failure


def _note_sent(group: list[Delivery], reference: str, now: datetime) -> None:
    # The simulator shows what it took; a real gateway has it, and a code has no business to stay here.
    blank = {"text": ""} if group[0].is_secret and settings.SMS_GATEWAY != "loopback" else {}
    rows = Delivery.objects.filter(pk__in=[d.pk for d in group], state=State.QUEUED)
    rows.update(state=State.SENT, sent_at=now, reference=reference[:100], failure="", detail="", sealed="", **blank)


def _note_failure(group: list[Delivery], error: SendingError, now: datetime) -> None:
    for one in group:
        over = error.final or one.attempts > len(BACKOFF)
        one.state = State.FAILED if over else State.QUEUED
        one.failure, one.detail = error.failure, error.detail
        one.due_at = now if over else now + BACKOFF[one.attempts - 1]
        if over and one.is_secret:
            one.text = one.sealed = ""
    Delivery.objects.bulk_update(group, ["state", "failure", "detail", "due_at", "text", "sealed"])


@transaction.atomic
def note_report(*, reference: str, delivered: bool, detail: str, now: datetime) -> bool:
    """What a gateway says later about a message it took; the same word twice changes nothing."""
    with as_system("短信状态报告"):
        rows = Delivery.objects.filter(reference=reference, channel=Channel.SMS, state=State.SENT)
        if delivered:
            return bool(rows.update(state=State.DELIVERED, delivered_at=now))
        return bool(rows.update(state=State.FAILED, failure=Failure.UNDELIVERED, detail=detail[:200]))


@transaction.atomic
def try_again(*, delivery: Delivery, now: datetime) -> None:
    """Queue a failed delivery once more, by the operator's hand."""
    with as_system("重新发送"):
        rows = Delivery.objects.filter(pk=delivery.pk, state=State.FAILED).exclude(text="")
        rows.update(state=State.QUEUED, failure="", detail="", attempts=0, due_at=now)
