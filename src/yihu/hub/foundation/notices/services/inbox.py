"""What a person does with their own inbox."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.models import Notice
from yihu.hub.foundation.notices.services.recalling import stop_outside
from yihu.hub.foundation.notices.services.waking import tell_live
from yihu.hub.foundation.org.api import User


class UnableToConfirmError(UnableTo):
    """Recalled, or nothing to confirm."""


@transaction.atomic
def mark_read(*, actor: User, numbers: Sequence[int] | None, now: datetime) -> int:
    """
    The person's own unread notices count as read, and what has not left the house for them stays here.

    :param numbers: which; None for all of them
    """
    rows = Notice.objects.filter(receiver=actor, read_at=None, recalled_at=None)
    rows = rows if numbers is None else rows.filter(pk__in=numbers)
    found = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    Notice.objects.filter(pk__in=found).update(read_at=now)
    stop_outside(found)
    tell_live([actor.pk] if found else [])
    return len(found)


@transaction.atomic
def archive(*, actor: User, numbers: Sequence[int], now: datetime) -> int:
    """Out of the inbox into the archive. What must be confirmed and was not stays."""
    mark_read(actor=actor, numbers=numbers, now=now)
    rows = Notice.objects.filter(receiver=actor, pk__in=numbers, archived_at=None)
    return rows.exclude(needs_confirm=True, confirmed_at=None, recalled_at=None).update(archived_at=now)


@transaction.atomic
def unarchive(*, actor: User, number: int) -> int:
    """Back into the inbox."""
    return Notice.objects.filter(receiver=actor, pk=number).update(archived_at=None)


@transaction.atomic
def confirm(*, actor: User, notice: Notice, now: datetime) -> None:
    """
    The person's word that it was read; kept in the log.

    :raises UnableToConfirmError: NOT-030 nothing to confirm, or recalled
    """
    found = Notice.objects.select_for_update().get(pk=notice.pk, receiver=actor)
    if not found.needs_confirm or found.recalled_at is not None:
        raise UnableToConfirmError("这条消息不需要确认，或已被发布人撤回（NOT-030）")
    if found.confirmed_at is not None:
        return
    found.confirmed_at, found.read_at = now, found.read_at or now
    found.save(update_fields=["confirmed_at", "read_at"])
    record(
        verb="notice.confirm", request=current_request(), actor=actor, target=f"notice:{found.pk}",
        target_name=found.title,
    )  # fmt: skip
    tell_live([actor.pk])
