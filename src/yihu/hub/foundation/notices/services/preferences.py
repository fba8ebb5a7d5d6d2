"""What a person chose: channels by kind, quiet hours."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.choices import ALWAYS, OUTWARD, Channel, Kind
from yihu.hub.foundation.notices.models import Preference
from yihu.hub.foundation.org.api import User


class UnableToChooseError(UnableTo):
    """What was chosen is not within what the house allows."""


@transaction.atomic
def choose(
    *,
    actor: User,
    channels: Mapping[str, Sequence[str]],
    is_quiet: bool,
    quiet_from: time,
    quiet_to: time,
    now: datetime,
) -> Preference:
    """
    Keep one's own choice. A kind that is left out follows the templates.

    :raises UnableToChooseError: NOT-050 an unknown kind or channel, or one that cannot be switched
    """
    kept = {Kind(kind): list(chosen) for kind, chosen in channels.items() if kind in Kind.values}
    unknown = set(channels) - set(Kind.values) or {c for some in channels.values() for c in some} - set(OUTWARD)
    if unknown or ALWAYS & set(kept):
        raise UnableToChooseError("账号安全类消息不能关闭，其余请在列出的通道里选择（NOT-050）")
    made, _ = Preference.objects.update_or_create(
        user=actor,
        defaults={
            "channels": kept, "is_quiet": is_quiet, "quiet_from": quiet_from, "quiet_to": quiet_to, "changed_at": now,
        },
    )  # fmt: skip
    record(
        verb="preference.change", request=current_request(), actor=actor, target=f"account:{actor.username}",
        target_name="消息设置", detail={"is_quiet": is_quiet, "kinds": {k.label: _words(v) for k, v in kept.items()}},
    )  # fmt: skip
    return made


def _words(channels: Sequence[str]) -> str:
    return "、".join(Channel(c).label for c in channels) or "仅站内"
