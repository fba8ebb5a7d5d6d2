"""What is forgotten, and when."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.notices.models import Challenge, Delivery, IncomingSms, Notice

# A notice is a pointer to a thing that is kept elsewhere. What nobody read stays twice as long; what must be confirmed
# and was not, stays.
READ_DAYS, UNREAD_DAYS, OUTWARD_DAYS, CHALLENGE_DAYS = 365, 730, 180, 1
CHUNK = 5000


def forget_old(*, now: datetime) -> dict[str, int]:
    """Delete what is over its time, some thousand rows a transaction; how many of each."""
    old = {days: now - timedelta(days=days) for days in (READ_DAYS, UNREAD_DAYS, OUTWARD_DAYS, CHALLENGE_DAYS)}
    owed = Q(needs_confirm=True, confirmed_at=None, recalled_at=None)
    read = Q(created_at__lt=old[READ_DAYS]) & ~Q(read_at=None, recalled_at=None)
    with as_system("清理过期消息"):
        return {
            "deliveries": _in_chunks(Delivery, Q(created_at__lt=old[OUTWARD_DAYS])),
            "incoming": _in_chunks(IncomingSms, Q(received_at__lt=old[OUTWARD_DAYS])),
            "challenges": _in_chunks(Challenge, Q(expires_at__lt=old[CHALLENGE_DAYS])),
            "notices": _in_chunks(Notice, (read | Q(created_at__lt=old[UNREAD_DAYS])) & ~owed),
        }


def _in_chunks(model: type, condition: Q) -> int:
    total = 0
    while True:
        with transaction.atomic():
            keys = list(model.objects.filter(condition).order_by("pk").values_list("pk", flat=True)[:CHUNK])
            model.objects.filter(pk__in=keys).delete()
        total += len(keys)
        if len(keys) < CHUNK:
            return total
