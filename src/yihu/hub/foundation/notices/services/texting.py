"""SMS by number: sending one that is no notice (a code, an answer), and taking in what people reply."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.notices.choices import Channel, Kind, Urgency
from yihu.hub.foundation.notices.keys import ADDRESSES
from yihu.hub.foundation.notices.models import Address, Delivery, IncomingSms
from yihu.hub.foundation.notices.services.reaching import open_channels
from yihu.hub.foundation.notices.services.waking import wake_worker
from yihu.hub.foundation.org.api import User
from yihu.kit.masks import mask_phone, veil

MOBILE = re.compile(r"1[3-9]\d{9}")
TEXT_KEPT = 300


class UnableToTextError(UnableTo):
    """No gateway, or no number that is in effect."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One SMS as a handler gets it. `text` is as it came; `user` is whose registered number it came from, or None;
    `number_id` is that binding of person and number, as `number_in_effect` gave it when something was sent there.
    """

    user: User | None
    text: str
    message_id: str
    mask: str
    received_at: datetime
    number_id: int | None = None


Handler = Callable[[Incoming], str | None]
_handlers: dict[str, Handler] = {}


def on_sms_received(handler: Handler) -> Handler:
    """
    Hear every SMS that comes in, once each, in the order of registration until one handles it.

    A handler gives the answer to send back ("" for silence), or None when the SMS is not its own. It runs in the
    transaction that marks the SMS as received, and is known by its module and name.
    """
    _handlers[f"{handler.__module__}.{handler.__qualname__}"] = handler
    return handler


def has_number(user: User, *, now: datetime) -> bool:
    """Whether the person can be reached by SMS: a gateway, and a proved number that is in effect."""
    return Channel.SMS in open_channels() and find_address(user, Channel.SMS, now=now) is not None


def number_in_effect(user: User, *, now: datetime) -> tuple[int, str] | None:
    """The binding of the person's number that holds now, and the number in part; None when SMS cannot reach them."""
    found = find_address(user, Channel.SMS, now=now) if Channel.SMS in open_channels() else None
    return None if found is None else (found.pk, found.mask)


def find_address(user: User, channel: Channel, *, now: datetime) -> Address | None:
    """The address in effect; of two the later one."""
    with as_system("查找联系方式"):
        rows = Address.objects.filter(user=user, channel=channel, ended_at=None, effective_at__lte=now)
        return rows.order_by("-effective_at").first()


@transaction.atomic
def send_sms(*, number_of: User, text: str, kind: str = Kind.TASK, secret: bool = False, now: datetime) -> int:
    """
    Queue one SMS to a person's registered number; it leaves at once, whatever the hour.

    :param text: as it is sent; personal numbers in it are masked
    :param secret: holds a code, and is blanked once a real gateway has taken it
    :return: the delivery's number
    :raises UnableToTextError: NOT-001 no gateway, NOT-002 no number in effect
    """
    if Channel.SMS not in open_channels():
        raise UnableToTextError("本系统没有启用短信通道（NOT-001），请登录办理")
    address = find_address(number_of, Channel.SMS, now=now)
    if address is None:
        raise UnableToTextError(f"{number_of.display_name}没有已生效的手机号（NOT-002），请先在“消息设置”里登记")
    with as_system("发送短信"):
        made = Delivery.objects.create(
            receiver=number_of, channel=Channel.SMS, kind=kind, urgency=Urgency.URGENT,
            text=str(veil(text))[:TEXT_KEPT], is_secret=secret, address=address, mask=address.mask,
            created_at=now, due_at=now,
        )  # fmt: skip
    wake_worker()
    return made.pk


def receive_sms(*, gateway: str, message_id: str, number: str, text: str, now: datetime) -> IncomingSms | None:
    """
    Take in one SMS; None when the gateway repeats itself. All in one transaction with what its handler does.

    The number is kept in part, the text veiled; a keyed digest lets a decision point at the exact words.
    """
    plain = plain_number(number)
    with as_system("接收短信"), transaction.atomic():
        row, made = IncomingSms.objects.get_or_create(
            gateway=gateway, message_id=message_id[:100],
            defaults={
                "mask": mask_phone(plain) or "—", "text": str(veil(text))[:TEXT_KEPT],
                "text_digest": ADDRESSES.digest(text), "received_at": now, "user": owner_of(plain, now=now),
            },
        )  # fmt: skip
        if not made:
            return None
        binding = find_address(row.user, Channel.SMS, now=now) if row.user is not None else None
        number_id = binding.pk if binding else None
        _handle(row, Incoming(row.user, text[:TEXT_KEPT], row.message_id, row.mask, now, number_id))
    return row


def owner_of(number: str, *, now: datetime) -> User | None:
    """Whose number it is; a number of several people, or one not yet in effect, is nobody's."""
    rows = Address.objects.filter(
        digest=ADDRESSES.digest(number), channel=Channel.SMS, ended_at=None, effective_at__lte=now, user__is_active=True
    )
    found = list(rows.select_related("user")[:2])
    # A replaced number stays its owner's until the new one is in effect, and not a moment longer.
    return found[0].user if len(found) == 1 and find_address(found[0].user, Channel.SMS, now=now) == found[0] else None


def _handle(row: IncomingSms, incoming: Incoming) -> None:
    for name, handler in _handlers.items():
        answer = handler(incoming)
        if answer is None:
            continue
        row.handler, row.answer = name[:80], str(veil(answer))[:TEXT_KEPT]
        row.save(update_fields=["handler", "answer"])
        if answer and row.user is not None:
            send_sms(number_of=row.user, text=answer, now=incoming.received_at)
        return


def plain_number(text: str) -> str:
    """A mobile number as eleven digits: blanks, hyphens and +86 are taken off."""
    digits = re.sub(r"\D", "", text)
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def same(one: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
