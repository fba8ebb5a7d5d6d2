"""By which ways a person may be reached, and from when: addresses, wishes, quiet hours. Two queries for any number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from yihu.hub.foundation.notices.choices import ALWAYS, OUTWARD, Channel, Kind, Urgency
from yihu.hub.foundation.notices.models import Address, Preference
from yihu.hub.foundation.notices.services.hours import DIGEST_AT, next_digest, quiet_until


@dataclass(frozen=True, slots=True)
class Ways:
    """What is known of some people at one instant: their addresses by person and channel, and their wishes."""

    addresses: Mapping[tuple[int, str], Address] = field(default_factory=dict)
    wishes: Mapping[int, Preference] = field(default_factory=dict)

    def channels(self, user_id: int, kind: Kind, wanted: Iterable[Channel]) -> list[Channel]:
        """The outward channels among `wanted` that the person has an address for and did not switch off."""
        wishes = self.wishes.get(user_id)
        chosen = wishes.channels.get(kind) if wishes and kind not in ALWAYS else None
        return [
            channel
            for channel in wanted
            if (user_id, channel) in self.addresses and (chosen is None or channel in chosen)
        ]

    def wanted_besides(self, user_id: int, kind: Kind) -> list[Channel]:
        """What the person asked for by themselves, beyond what the template does."""
        wishes = self.wishes.get(user_id)
        return [Channel(c) for c in wishes.channels.get(kind, ())] if wishes else []

    def due(self, user_id: int, urgency: Urgency, now: datetime) -> datetime:
        """From when a message may leave for the person; urgent ones at once."""
        if urgency == Urgency.URGENT:
            return now
        wishes = self.wishes.get(user_id) or Preference(user_id=user_id)
        if not wishes.is_quiet:
            return now
        zone = timezone.get_default_timezone()
        return quiet_until(now, start=wishes.quiet_from, end=wishes.quiet_to, zone=zone) or now


def open_channels() -> tuple[Channel, ...]:
    """The outward channels this installation has: mail needs a server, SMS a gateway."""
    has = {Channel.EMAIL: bool(settings.EMAIL_HOST), Channel.SMS: bool(settings.SMS_GATEWAY)}
    return tuple(channel for channel in OUTWARD if has[channel])


def ways_of(users: Sequence[int], now: datetime) -> Ways:
    """Addresses in effect and wishes of some people; nothing is asked where no outward channel is open."""
    channels = open_channels()
    if not channels:
        return Ways()
    rows = Address.objects.filter(user_id__in=users, channel__in=channels, ended_at=None, effective_at__lte=now)
    return Ways(
        {(a.user_id, a.channel): a for a in rows.order_by("effective_at")},
        {p.user_id: p for p in Preference.objects.filter(user_id__in=users)},
    )


def digest_time(now: datetime) -> datetime:
    """When the next daily digest leaves."""
    return next_digest(now, at=DIGEST_AT, zone=timezone.get_default_timezone())
