"""The health page tells what a monitor needs."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_silent_worker_degrades(client) -> None:
    answer = client.get("/health")
    body = answer.json()
    assert (answer.status_code, body["status"], body["database"]) == (200, "degraded", True)
    assert body["worker"] == {"alive": False, "seconds_since_heartbeat": None}
    assert body["disk_free_gib"] > 0


@pytest.mark.django_db
def test_all_is_well_with_a_beating_worker(client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    body = client.get("/health").json()
    assert (body["status"], body["worker"]["alive"]) == ("ok", True)
