"""The background queue: is a worker alive, and giving back what a killed one held."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

HEARTBEAT_LIMIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class WorkerState:
    """The freshest heartbeat of any worker; None when none was ever seen."""

    heartbeat_at: datetime | None

    @property
    def seconds(self) -> float | None:
        return None if self.heartbeat_at is None else (timezone.now() - self.heartbeat_at).total_seconds()

    @property
    def is_alive(self) -> bool:
        return self.seconds is not None and self.seconds < HEARTBEAT_LIMIT_SECONDS


def worker_state() -> WorkerState:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        return WorkerState(cursor.fetchone()[0])


def give_back_orphans() -> int:
    """
    Put jobs of workers that died back into the queue, and say how many.

    Jobs are idempotent by the rule of the house, so running one again is safe.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL
             WHERE status = 'doing'
               AND (worker_id IS NULL OR worker_id NOT IN (
                    SELECT id FROM procrastinate_workers
                     WHERE last_heartbeat > now() - make_interval(secs => %s)))
            """,
            [HEARTBEAT_LIMIT_SECONDS],
        )
        return cursor.rowcount
