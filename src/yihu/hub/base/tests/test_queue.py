"""What a dead worker held goes back into the queue."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from yihu.hub.base.queue import give_back_orphans, worker_state

pytestmark = pytest.mark.django_db


def _worker(seconds_ago: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [timezone.now() - timedelta(seconds=seconds_ago)],
        )
        return cursor.fetchone()[0]


def _job(worker_id: int | None, status: str = "doing") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
            " VALUES ('lens', 'test.job', %s, %s) RETURNING id",
            [status, worker_id],
        )
        return cursor.fetchone()[0]


def _status(job_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        return cursor.fetchone()[0]


def test_jobs_of_silent_and_vanished_workers_are_given_back() -> None:
    silent, vanished = _job(_worker(600)), _job(None)
    held, finished = _job(_worker(1)), _job(_worker(600), "succeeded")
    assert give_back_orphans() == 2
    assert [_status(j) for j in (silent, vanished, held, finished)] == ["todo", "todo", "doing", "succeeded"]


def test_a_worker_is_alive_while_its_heart_beats() -> None:
    assert not worker_state().is_alive
    _worker(600)
    assert not worker_state().is_alive
    _worker(2)
    assert worker_state().is_alive
