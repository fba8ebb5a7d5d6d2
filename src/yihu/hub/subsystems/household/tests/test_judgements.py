"""Joining and parting taxpayers: with a reason, within the scope, pending until the next build."""

import shutil

import pytest
from django.db.models import F

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.foundation.org.models import DutyPermission
from yihu.lens.home import Home
from yihu.lens.resolve import journal

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(district, district_home):
    yield Home(district_home)
    shutil.rmtree(district_home / "journal", ignore_errors=True)


@pytest.fixture
def chief(district, client_at):
    return client_at(district.own, StandardDuty.SECTION_CHIEF)


def neighbour(district):
    """Another household of the same office."""
    return district.snapshot.row(
        "SELECT * FROM households WHERE office_code = ? AND household_id <> ? AND is_registered ORDER BY 1 LIMIT 1",
        [district.own["office_code"], district.own["household_id"]],
    )


def judge(client, district, right, act="merge", **more):
    body = {"left": district.own["primary_registration_id"], "right": right, "reason": "工商档案已核对", **more}
    return client.post(f"/household/{district.own['household_id']}/{act}/", body, follow=True)


def test_a_merge_is_journalled_recorded_and_pending(chief, district, home):
    right = neighbour(district)["primary_registration_id"]
    page = judge(chief, district, right)
    line = journal.read(home)[0]
    assert (line.kind, line.right, line.reason) == ("SAME", right, "工商档案已核对")
    assert page.context["judgements"][0]["pending"] is True
    assert AccessRecord.objects.get(verb="household.judge").purpose == "工商档案已核对"


def test_a_merge_without_reason_changes_nothing(chief, district, home):
    page = judge(chief, district, neighbour(district)["primary_registration_id"], reason="  ")
    assert "请写明理由" in page.content.decode()
    assert journal.read(home) == []


def test_a_merge_across_the_scope_is_refused(district, client_at, home):
    officer = client_at(district.own)
    assert judge(officer, district, district.other["primary_registration_id"]).status_code == 404
    assert journal.read(home) == []


def test_a_conflict_warns_and_needs_a_second_word(chief, district, home):
    right = neighbour(district)["primary_registration_id"]
    judge(chief, district, right, act="unmerge")
    page = judge(chief, district, right)
    assert "冲突" in page.content.decode()
    assert [line.kind for line in journal.read(home)] == ["DIFFERENT"]
    judge(chief, district, right, force="on")
    assert [line.kind for line in journal.read(home)] == ["DIFFERENT", "SAME"]


def test_who_lost_the_permission_may_look_but_not_judge(district, client_at, home):
    DutyPermission.objects.filter(permission="household.judge").update(valid_to=F("valid_from"))
    director = client_at(district.own, StandardDuty.DIRECTOR)
    assert judge(director, district, neighbour(district)["primary_registration_id"]).status_code == 403
    page = director.get(f"/household/{district.own['household_id']}/identity/").content.decode()
    assert "记入判定日志" not in page
