"""How much waits for somebody: asked by every page once a minute, so one statement over small indexes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from yihu.hub.centres.tasks.choices import TodoState
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.tasks.selectors.lists import Mine, end_of_day
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


def tab_counts(mine: Mine) -> dict[str, int]:
    """The numbers beside the tabs, each at most `MOST`."""
    rows = {
        "pending": mine.pending(),
        "to_read": mine.to_read(),
        "copies": mine.in_state(TodoState.COPY).filter(read_at=None),
        "suspended": mine.in_state(TodoState.SUSPENDED),
        "done": mine.in_state(TodoState.DONE),
        "finished": mine.in_state(TodoState.FINISHED),
        "initiated": mine.initiated(),
        "supervised": mine.supervised().filter(closed_at=None, answered_at=None),
    }
    return {name: found.order_by()[:MOST].count() for name, found in rows.items()}


def day_counts(user: User, now: datetime) -> dict[str, int]:
    """The numbers above the day on the home page: overdue, due today, due within the week, newly arrived."""
    end = end_of_day(now)
    rows = Todo.objects.filter(receiver=user, state=TodoState.PENDING)
    parts: dict[str, dict[str, Any]] = {
        "overdue": {"due_at__lt": now},
        "today": {"due_at__gte": now, "due_at__lt": end},
        "week": {"due_at__gte": end, "due_at__lt": end + timedelta(days=6)},
        "new": {"arrived_at__gte": end - timedelta(days=1)},
    }
    return {name: rows.filter(**bounds)[:MOST].count() for name, bounds in parts.items()}
