"""How the log is doing, in two cheap queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from yihu.hub.foundation.audit.selectors.keys import key_is_present

LATE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class LogState:
    """`size` records are in the tree; the oldest of `waiting` others waits since `waiting_seconds`."""

    size: int
    signed_at: datetime | None
    waiting: int
    waiting_seconds: float
    key_present: bool

    @property
    def is_late(self) -> bool:
        """Something is wrong: integration takes a second or two, not a minute."""
        return self.waiting_seconds > LATE_SECONDS or not self.key_present

    @property
    def is_shut(self) -> bool:
        """The grace is over: what changes state is refused until the log works again."""
        return self.waiting_seconds > settings.AUDIT_GRACE_SECONDS

    def to_json(self) -> dict[str, Any]:
        return {
            "size": self.size,
            "waiting": self.waiting,
            "waiting_seconds": round(self.waiting_seconds, 1),
            "key_present": self.key_present,
            "late": self.is_late,
            "shut": self.is_shut,
        }


def log_state() -> LogState:
    """
    The state now.

    :raises DatabaseError: the database does not answer
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT size FROM audit_head ORDER BY size DESC LIMIT 1),"
            " (SELECT signed_at FROM audit_head ORDER BY size DESC LIMIT 1),"
            " (SELECT count(*) FROM (SELECT 1 FROM audit_pending LIMIT 100000) w),"
            " extract(epoch FROM clock_timestamp() - (SELECT min(r.at) FROM audit_accessrecord r WHERE r.id IN"
            " (SELECT record_id FROM audit_pending ORDER BY record_id LIMIT 1000)))"
        )
        size, signed_at, waiting, seconds = cursor.fetchone()
    return LogState(size or 0, signed_at, waiting, max(0.0, float(seconds or 0)), key_is_present())
