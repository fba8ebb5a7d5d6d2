"""Writing notices: the inbox row and what is to go out for it, in the transaction of whoever calls."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.notices.catalogue import Template
from yihu.hub.foundation.notices.choices import Channel, Kind, State, Urgency
from yihu.hub.foundation.notices.models import Delivery
from yihu.hub.foundation.notices.services.reaching import Ways, digest_time, open_channels, ways_of
from yihu.hub.foundation.notices.services.waking import tell_live, wake_worker
from yihu.hub.foundation.notices.services.wording import Worded, find_template, word
from yihu.hub.foundation.org.api import User

# One statement whatever the number of receivers; a receiver who has the key already is left out.
INSERT = """
INSERT INTO notices_notice (receiver_id, template, kind, urgency, title, body, url, about, key, sender_id,
                            announcement_id, needs_confirm, created_at)
SELECT receiver, %(template)s, %(kind)s, %(urgency)s, %(title)s, %(body)s, %(url)s, %(about)s, %(key)s, %(sender)s,
       %(announcement)s, %(needs_confirm)s, %(now)s
  FROM unnest(%(receivers)s::bigint[]) AS receiver
ON CONFLICT (receiver_id, key) WHERE NOT key = '' DO NOTHING
RETURNING id, receiver_id
"""


class UnableToNotifyError(UnableTo):
    """The notice cannot be written: no such template, or an address outside this application."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written, whoever receives it."""

    template: Template
    worded: Worded
    url: str = ""
    about: str = ""
    key: str = ""
    sender_id: int | None = None
    announcement_id: int | None = None
    urgency: Urgency = Urgency.NORMAL
    needs_confirm: bool = False
    channels: tuple[Channel, ...] | None = None


def notify(
    *,
    receiver: User,
    template: str,
    context: Mapping[str, Any],
    url: str = "",
    channels: Sequence[Channel] | None = None,
    urgency: Urgency | None = None,
    about: str = "",
    key: str = "",
    sender: User | None = None,
    now: datetime,
) -> int | None:
    """
    Write one notice; it stands in the inbox when the caller's transaction commits, and goes out after that.

    :param template: code of a registered template; its placeholders are filled from `context`
    :param url: where the thing is handled, a path of this application
    :param channels: outward channels instead of the template's; the receiver's own choice holds either way
    :param urgency: instead of the template's
    :param about: what it concerns, ``thing:id``; `take_back` recalls by it
    :param key: writing the same key to the same receiver again does nothing
    :return: the notice's number; None when the key was there already, or the receiver has left
    :raises UnableToWordError: no such template
    :raises UnableToNotifyError: `url` is no path of this application
    """
    found = notify_many(
        receivers=[receiver] if receiver.is_active else [], template=template, context=context, url=url,
        channels=channels, urgency=urgency, about=about, key=key, sender=sender, now=now,
    )  # fmt: skip
    return found.get(receiver.pk)


def notify_many(
    *,
    receivers: Iterable[User],
    template: str,
    context: Mapping[str, Any],
    url: str = "",
    channels: Sequence[Channel] | None = None,
    urgency: Urgency | None = None,
    about: str = "",
    key: str = "",
    sender: User | None = None,
    now: datetime,
) -> dict[int, int]:
    """
    As `notify`, the same words to many at once.

    :return: by receiver, the number of the notice that was written
    """
    found = find_template(template)
    letter = Letter(
        template=found,
        worded=word(found, context),
        url=_inside(url),
        about=about[:120],
        key=key[:160],
        sender_id=sender.pk if sender else None,
        urgency=found.urgency if urgency is None else urgency,
        needs_confirm=found.needs_confirm,
        channels=None if channels is None else tuple(channels),
    )
    return post(letter, [u.pk for u in receivers if u.is_active], now=now)


@transaction.atomic
def post(letter: Letter, receivers: Sequence[int], *, now: datetime) -> dict[int, int]:
    """Write a letter into inboxes, and queue what goes out for it."""
    if not receivers:
        return {}
    with as_system("写入消息"):
        with connection.cursor() as cursor:
            cursor.execute(INSERT, _values(letter, receivers, now))
            made = {receiver: number for number, receiver in cursor.fetchall()}
        outward = _deliveries(letter, made, ways_of(list(made), now), now) if open_channels() else []
        Delivery.objects.bulk_create(outward, batch_size=1000)
    tell_live(made)
    if outward:
        wake_worker()
    return made


def _values(letter: Letter, receivers: Sequence[int], now: datetime) -> dict[str, Any]:
    return {
        "template": letter.template.code,
        "kind": letter.template.kind,
        "urgency": int(letter.urgency),
        "title": letter.worded.title,
        "body": letter.worded.body,
        "url": letter.url,
        "about": letter.about,
        "key": letter.key,
        "sender": letter.sender_id,
        "announcement": letter.announcement_id,
        "needs_confirm": letter.needs_confirm,
        "now": now,
        # In one order everywhere: two fan-outs at once then wait for each other instead of locking each other out.
        "receivers": sorted(set(receivers)),
    }


def _deliveries(letter: Letter, made: Mapping[int, int], ways: Ways, now: datetime) -> list[Delivery]:
    kind = Kind(letter.template.kind)
    found = []
    for receiver, number in made.items():
        wanted = letter.template.channels if letter.channels is None else letter.channels
        asked = dict.fromkeys((*wanted, *ways.wanted_besides(receiver, kind)))
        for channel in ways.channels(receiver, kind, asked):
            if channel == Channel.EMAIL or letter.worded.sms:
                found.append(_delivery(letter, receiver, number, channel, ways, now))
    return found


def _delivery(
    letter: Letter, receiver: int, number: int, channel: Channel, ways: Ways, now: datetime
) -> Delivery:  # fmt: skip
    address = ways.addresses[receiver, channel]
    digest = channel == Channel.EMAIL and letter.urgency == Urgency.LOW
    due = digest_time(now) if digest else ways.due(receiver, letter.urgency, now)
    return Delivery(
        notice_id=number,
        receiver_id=receiver,
        channel=channel,
        kind=letter.template.kind,
        urgency=letter.urgency,
        title=letter.worded.outside_title if channel == Channel.EMAIL else "",
        text=letter.worded.outside_body if channel == Channel.EMAIL else letter.worded.sms,
        in_digest=digest,
        address=address,
        mask=address.mask,
        state=State.HELD if due > now else State.QUEUED,
        created_at=now,
        due_at=due,
    )


def _inside(url: str) -> str:
    """A path of this application, or "": a notice must not lead a reader elsewhere."""
    parts = urlsplit(url)
    if url and (parts.scheme or parts.netloc or not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise UnableToNotifyError("消息的办理地址须是本系统内的路径（NOT-011）")
    return url[:400]
