"""The access record grows only, and auditors find what they look for."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import RequestFactory

from yihu.hub.foundation.audit.choices import target_title, verb_title
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.audit.selectors.records import RecordFilter, list_records
from yihu.hub.foundation.audit.services.recording import record, record_access
from yihu.hub.foundation.org.choices import StandardDuty

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(cast) -> AccessRecord:
    request = RequestFactory().get("/", REMOTE_ADDR="10.1.2.3")
    request.user, request.number = cast[StandardDuty.OFFICER], "AB12CD34"
    return record_access(
        request=request,
        target="household:H0123456789ab",
        target_name="深圳市东方贸易有限公司",
        detail={"snapshot": "S000001", "day": date(2026, 1, 2), "amount": Decimal("1.50")},
    )


def test_a_record_says_who_what_whence(seen: AccessRecord) -> None:
    kept = AccessRecord.objects.get(pk=seen.pk)
    assert (kept.actor_username, kept.post, kept.office_name) == ("officer", "税收管理员", "罗湖税务所")
    assert (kept.verb, kept.verb_title, kept.target_title) == ("household.view", "查看一户", "深圳市东方贸易有限公司")
    assert (kept.address, kept.request_number, kept.channel) == ("10.1.2.3", "AB12CD34", "WEB")
    assert kept.detail == {"snapshot": "S000001", "day": "2026-01-02", "amount": "1.50"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_accessrecord SET actor_username = 'somebody'",
        "DELETE FROM audit_accessrecord",
    ],
)
def test_the_database_refuses_to_change_or_remove(seen: AccessRecord, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AccessRecord.objects.filter(pk=seen.pk, actor_username="officer").exists()


def test_the_record_outlives_the_account(seen: AccessRecord, cast) -> None:
    cast[StandardDuty.OFFICER].appointments.all().delete()
    cast[StandardDuty.OFFICER].delete()
    assert AccessRecord.objects.filter(pk=seen.pk).exists()


def test_a_background_act_needs_no_request(cast) -> None:
    made = record(verb="build.start", actor=cast[StandardDuty.OPERATOR], target="snapshot:S000002")
    assert (made.channel, made.verb_title, made.target_title) == ("JOB", "启动构建", "快照 S000002")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (RecordFilter(), 1),
        (RecordFilter(actor="officer"), 1),
        (RecordFilter(actor="税收管理员"), 1),
        (RecordFilter(actor="director"), 0),
        (RecordFilter(thing="H0123456789ab"), 1),
        (RecordFilter(thing="东方贸易"), 1),
        (RecordFilter(thing="西方贸易"), 0),
        (RecordFilter(act="view"), 1),
        (RecordFilter(act="export"), 0),
        (RecordFilter(start=date(2000, 1, 1), end=date(2000, 1, 2)), 0),
        (RecordFilter(start=date(2000, 1, 1)), 1),
    ],
)
def test_auditors_find_what_they_look_for(seen: AccessRecord, wanted: RecordFilter, found: int) -> None:
    assert list_records(wanted).count() == found


def test_the_page_shows_and_filters_in_a_few_queries(client_of, seen, django_assert_max_num_queries) -> None:
    client = client_of[StandardDuty.AUDITOR]
    client.get("/audit/")
    with django_assert_max_num_queries(10):
        shown = client.get("/audit/?thing=东方").content.decode()
    assert "深圳市东方贸易有限公司" in shown
    assert "深圳市东方贸易有限公司" not in client.get("/audit/?act=export").content.decode()
    assert client.get("/audit/?start=nonsense&page=99").status_code == 200


def test_verbs_and_targets_have_chinese_names() -> None:
    assert verb_title("worklist.export") == "导出风险清单"
    assert verb_title("account.sign-in") == "登录"
    assert target_title("level=HIGH") == "level=HIGH"
