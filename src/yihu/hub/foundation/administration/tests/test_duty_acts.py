"""The security administrator's acts on duties and grids' keeper's on grids."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.foundation.org.models import Appointment, Duty, DutyPermission, Grid, GridMember, Office, PostDuty, User
from yihu.hub.screens.testing import FormContract

ROOT = "/administration/"
SECURITY = frozenset({"SECURITY_ADMIN"})


def day(ahead: int = 0) -> str:
    return str(timezone.localdate() + timedelta(days=ahead))


class TestNewDuty(FormContract):
    address = f"{ROOT}duties/new/"
    holders = SECURITY
    needed = frozenset({"code", "name", "family", "scope_rule", "clearance", "effective_on"})


class TestChangeDuty(FormContract):
    address = f"{ROOT}duties/OFFICER/change/"
    holders = SECURITY
    needed = frozenset({"name", "scope_rule", "clearance"})


class TestAddPermission(FormContract):
    address = f"{ROOT}duties/OFFICER/permissions/add/"
    holders = SECURITY
    needed = frozenset({"permission", "valid_from"})


class TestGiveDuty(FormContract):
    address = f"{ROOT}posts/1440303-OFFICER/duties/give/"
    holders = SECURITY
    needed = frozenset({"duty", "valid_from"})


class TestNewGrid(FormContract):
    address = f"{ROOT}offices/1440303/grids/new/"
    holders = frozenset({"SECTION_CHIEF"})
    needed = frozenset({"code", "name", "effective_on"})


@pytest.fixture
def whole_country(client_of: Any) -> Any:
    """The security administrator sits in the only top office: duties are the same everywhere."""
    return client_of["SECURITY_ADMIN"]


@pytest.mark.django_db
def test_duties_are_changed_only_by_who_reaches_every_office(client_of: Any) -> None:
    Office.objects.create(code="1110000", name="北京市税务局", level=3, path="1110000/", valid_from="1994-08-01")
    data = {"name": "税管员", "scope_rule": "GRIDS", "clearance": "1"}
    answer = client_of["SECURITY_ADMIN"].post(f"{ROOT}duties/OFFICER/change/", data)
    assert answer.status_code == 422
    assert "不在您的管辖范围内" in answer.content.decode()


@pytest.mark.django_db
def test_a_duty_is_defined_filled_given_and_withdrawn(whole_country: Any) -> None:
    data = {
        "code": "COUNTER", "name": "发票窗口", "family": "BUSINESS", "scope_rule": "OFFICE", "clearance": "1",
        "effective_on": day(),
    }  # fmt: skip
    assert "已设岗责 发票窗口" in whole_country.post(f"{ROOT}duties/new/", data, follow=True).content.decode()
    add = {"permission": "data.rejects", "valid_from": day()}
    whole_country.post(f"{ROOT}duties/COUNTER/permissions/add/", add)
    duty = Duty.objects.get(code="COUNTER")
    whole_country.post(f"{ROOT}posts/1440303-OFFICER/duties/give/", {"duty": duty.pk, "valid_from": day()})
    assert User.objects.get(username="officer").holds("data.rejects")
    given = PostDuty.objects.get(duty=duty)
    whole_country.post(f"{ROOT}posts/duties/{given.pk}/withdraw/", {"effective_on": day(), "sure": "on"})
    assert not User.objects.get(username="officer").holds("data.rejects")


@pytest.mark.django_db
def test_a_permission_is_withdrawn_from_a_day_on(whole_country: Any) -> None:
    row = DutyPermission.objects.get(duty__code="OFFICER", permission="household.judge")
    address = f"{ROOT}duties/permissions/{row.pk}/withdraw/"
    assert "涉及岗位 1 个、在岗人员 1 人" in whole_country.get(address).content.decode()
    answer = whole_country.post(address, {"effective_on": day(), "sure": "on"}, follow=True)
    assert "起不再有“归并与撤销归并”" in answer.content.decode()
    assert not User.objects.get(username="officer").holds("household.judge")


@pytest.mark.django_db
def test_what_another_family_holds_is_not_offered_and_conflicts_are_explained(whole_country: Any, cast: Any) -> None:
    page = whole_country.get(f"{ROOT}duties/OFFICER/permissions/add/")
    offered = [code for code, _ in page.context["form"].fields["permission"].choices]
    assert "org.confirm" not in offered
    assert "data.view" in offered
    duty = Duty.objects.get(code="SECURITY_ADMIN")
    data = {"duty": duty.pk, "valid_from": day()}
    answer = whole_country.post(f"{ROOT}posts/1440303-OFFICER/duties/give/", data)
    assert answer.status_code == 422
    assert "税收管理员（officer）将自" in answer.content.decode()


@pytest.mark.django_db
def test_conflicts_are_said_before_confirming(client_of: Any) -> None:
    now = timezone.now()
    auditor = User.objects.get(username="auditor")
    post = Appointment.objects.get(user__username="officer").post
    waiting = Appointment.objects.create(user=auditor, post=post, valid_from=timezone.localdate(), appointed_at=now)
    page = client_of["SECURITY_ADMIN"].get(f"{ROOT}appointments/{waiting.pk}/").content.decode()
    assert "不能确认：权限冲突" in page
    assert "disabled" in page
    answer = client_of["SECURITY_ADMIN"].post(f"{ROOT}appointments/{waiting.pk}/confirm/", follow=True)
    assert "必须由不同的人持有" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.confirmed_at is None


@pytest.mark.django_db
def test_a_grid_is_opened_and_given_to_somebody(client_of: Any) -> None:
    chief = client_of["SECTION_CHIEF"]
    data = {"code": "G1", "name": "东门第一网格", "divisions": "440303001 440303002", "effective_on": day()}
    assert (
        "已设网格 东门第一网格" in chief.post(f"{ROOT}offices/1440303/grids/new/", data, follow=True).content.decode()
    )
    assert Grid.objects.get(code="G1").divisions == ["440303001", "440303002"]
    chief.post(f"{ROOT}grids/G1/members/add/", {"user": "officer", "valid_from": day()})
    member = GridMember.objects.get(grid__code="G1")
    assert member.user.username == "officer"
    assert "officer" in chief.get(f"{ROOT}grids/G1/").content.decode()
    chief.post(f"{ROOT}grids/members/{member.pk}/end/", {"effective_on": day(), "sure": "on"})
    member.refresh_from_db()
    assert member.valid_to == timezone.localdate()
    wrong = chief.post(f"{ROOT}offices/1440303/grids/new/", {**data, "code": "G2", "divisions": "东门"})
    assert "不是区划代码" in wrong.content.decode()
    assert chief.post(f"{ROOT}offices/1440305/grids/new/", data).status_code == 404


@pytest.mark.django_db
def test_taxpayers_beyond_reach_are_not_listed(client_of: Any) -> None:
    data = {"code": "G1", "name": "网格", "divisions": "", "effective_on": day()}
    client_of["SECTION_CHIEF"].post(f"{ROOT}offices/1440303/grids/new/", data)
    address = f"{ROOT}grids/G1/taxpayers/add/"
    answer = client_of["SECTION_CHIEF"].post(address, {"numbers": "91440300NOBODY001X", "effective_on": day()})
    assert "不在您的管户范围内" in answer.content.decode()
