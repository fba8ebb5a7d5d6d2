"""Taking notices back: what was settled needs no reading any more."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.notices.choices import OPEN_STATES, State
from yihu.hub.foundation.notices.models import Delivery, Notice
from yihu.hub.foundation.notices.services.reaching import open_channels
from yihu.hub.foundation.notices.services.waking import tell_live
from yihu.hub.foundation.org.api import User


@transaction.atomic
def take_back(*, about: str, receiver: User | None = None, now: datetime) -> int:
    """Recall the unread notices about a thing, of everybody or of one; what has not gone out yet stays in the house."""
    with as_system("撤回消息"):
        rows = Notice.objects.filter(about=about, read_at=None, recalled_at=None)
        return withdraw(rows if receiver is None else rows.filter(receiver=receiver), now=now)


@transaction.atomic
def settle_about(*, about: str, receiver: User, now: datetime) -> int:
    """The receiver dealt with the thing itself: its notices count as read, and nothing more goes out for them."""
    with as_system("办结消息"):
        rows = Notice.objects.filter(about=about, receiver=receiver, read_at=None, recalled_at=None)
        numbers = list(rows.select_for_update().values_list("pk", flat=True))
        stop_outside(numbers)
        changed = Notice.objects.filter(pk__in=numbers).update(read_at=now)
    tell_live([receiver.pk] if changed else [])
    return changed


def withdraw(rows: QuerySet[Notice], *, now: datetime) -> int:
    """Recall these rows and stop what waits outside; called as the system."""
    found = list(rows.order_by("pk").select_for_update().values_list("pk", "receiver_id"))
    numbers = [number for number, _ in found]
    stop_outside(numbers)
    Notice.objects.filter(pk__in=numbers).update(recalled_at=now)
    tell_live({receiver for _, receiver in found})
    return len(found)


def stop_outside(numbers: list[int]) -> None:
    """What has not left the house for these notices stays here."""
    if numbers and open_channels():
        with as_system("停止外发"):
            waiting = Delivery.objects.filter(notice_id__in=numbers, state__in=OPEN_STATES)
            waiting.update(state=State.CANCELLED, text="")
