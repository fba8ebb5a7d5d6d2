"""When the log has stood still for longer than its grace, nothing may change; people can still look and sign in."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from yihu.hub.foundation.audit.services.recording import record
from yihu.hub.foundation.audit.services.sequencing import integrate_all
from yihu.hub.foundation.org.choices import StandardDuty

pytestmark = pytest.mark.django_db


@pytest.fixture
def stalled(settings):
    """A record has been waiting for five hours."""
    made = record(verb="household.view", username="a")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_accessrecord SET at = %s WHERE id = %s", [timezone.now() - timedelta(hours=5), made.pk]
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    settings.AUDIT_GRACE_SECONDS = 4 * 3600


def test_changes_are_refused_with_a_page_and_reading_goes_on(client_of, stalled):
    director = client_of[StandardDuty.DIRECTOR]
    answer = director.post("/worklist/views/", {"name": "甲", "query": "level=HIGH"})
    assert answer.status_code == 503
    assert "日志停止工作" in answer.content.decode()
    assert director.get("/").status_code == 200
    assert director.post("/account/sign-out/").status_code == 302


def test_changes_are_taken_again_when_the_log_works(client_of, stalled):
    director = client_of[StandardDuty.DIRECTOR]
    assert director.post("/worklist/views/", {"name": "甲", "query": "level=HIGH"}).status_code == 503
    integrate_all(now=timezone.now())
    assert director.post("/worklist/views/", {"name": "甲", "query": "level=HIGH"}).status_code == 302


def test_within_the_grace_health_tells_and_work_goes_on(client_of, client, stalled, settings):
    settings.AUDIT_GRACE_SECONDS = 6 * 3600
    assert client_of[StandardDuty.DIRECTOR].post("/worklist/views/", {"name": "甲", "query": "a"}).status_code == 302
    body = client.get("/health").json()
    assert (body["log"]["late"], body["log"]["shut"], body["status"]) == (True, False, "degraded")
