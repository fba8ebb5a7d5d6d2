"""How much waits for somebody: asked by every page once a minute, so one statement over small indexes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from yihu.hub.centres.tasks.models import Supervision, Todo
from yihu.hub.centres.tasks.selectors.people import principals_of
from yihu.hub.foundation.org.api import User

MOST = 1000
# Each part stops counting at the limit: a badge says 999+, and nobody's page waits for somebody's neglect.
COUNTS = """
SELECT (SELECT count(*) FROM (SELECT FROM tasks_todo WHERE receiver_id = %(user)s AND state = 'PENDING'
         LIMIT %(most)s) a),
       (SELECT count(*) FROM (SELECT FROM tasks_todo WHERE receiver_id = %(user)s AND state = 'PENDING'
         AND due_at < %(now)s LIMIT %(most)s) a),
       (SELECT count(*) FROM (SELECT FROM tasks_todo WHERE receiver_id = %(user)s AND state = 'TO_READ'
         LIMIT %(most)s) a),
       (SELECT count(*) FROM (SELECT FROM tasks_todo WHERE receiver_id = %(user)s AND state = 'COPY'
         AND read_at IS NULL LIMIT %(most)s) a)
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for one person, each part at most `MOST`; `lent` is what they handle for others."""

    pending: int = 0
    overdue: int = 0
    to_read: int = 0
    copies: int = 0
    lent: int = 0

    @property
    def badge(self) -> str:
        """What stands beside 待办 in the navigation; "" for nothing."""
        total = self.pending + self.lent
        return "" if not total else f"{MOST - 1}+" if total >= MOST else str(total)


def counts_for(user: User) -> Counts:
    """What waits for a person now. Two statements, three when they stand in for somebody."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"user": user.pk, "now": timezone.now(), "most": MOST})
        pending, overdue, to_read, copies = cursor.fetchone()
    lent = 0
    for principal in principals_of(user):
        lent += Todo.objects.filter(principal.condition, state="PENDING")[:MOST].count()
    return Counts(pending, overdue, to_read, copies, lent)


def day_counts(user: User, now: datetime) -> dict[str, int]:
    """The numbers above the day on the home page: overdue, due today, due within the week, newly arrived."""
    end = _midnight(now) + timedelta(days=1)
    rows = Todo.objects.filter(receiver=user, state="PENDING")
    parts: dict[str, Any] = {
        "overdue": {"due_at__lt": now},
        "today": {"due_at__gte": now, "due_at__lt": end},
        "week": {"due_at__gte": end, "due_at__lt": end + timedelta(days=6)},
        "new": {"arrived_at__gte": _midnight(now)},
    }
    return {name: rows.filter(**bounds)[:MOST].count() for name, bounds in parts.items()}


def supervised_count(user: User) -> int:
    """Questions of chiefs that wait for this person's answer."""
    return Supervision.objects.filter(todo__receiver=user, closed_at=None, answered_at=None)[:MOST].count()


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
