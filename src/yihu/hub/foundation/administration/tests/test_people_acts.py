"""Acts on people: registered, given a code, appointed, confirmed, ended, away, gone; refused in words and to others."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.foundation.org.models import Appointment, Delegation, Leave, User
from yihu.hub.screens.testing import FormContract, OpensForHolders

ROOT = "/administration/"
KEEPERS = frozenset({"SYSTEM_ADMIN"})


def day(ahead: int = 0) -> str:
    return str(timezone.localdate() + timedelta(days=ahead))


class TestNewPerson(FormContract):
    address = f"{ROOT}people/new/"
    holders = KEEPERS
    needed = frozenset({"username", "display_name", "office"})


class TestCode(OpensForHolders):
    address = f"{ROOT}people/officer/code/"
    holders = KEEPERS


class TestAppoint(FormContract):
    address = f"{ROOT}people/officer/appoint/"
    holders = KEEPERS
    needed = frozenset({"post", "valid_from"})


class TestAppointTo(FormContract):
    address = f"{ROOT}posts/1440303-OFFICER/appoint/"
    holders = KEEPERS
    needed = frozenset({"user", "valid_from"})


class TestLeaveOf(FormContract):
    address = f"{ROOT}people/officer/leave/"
    holders = KEEPERS
    needed = frozenset({"valid_from", "last_day"})


class TestDepart(FormContract):
    address = f"{ROOT}people/officer/depart/"
    holders = KEEPERS
    needed = frozenset({"effective_on", "reason", "sure"})


@pytest.fixture
def newcomer(client_of: Any) -> User:
    """Registered by the system administrator through the page."""
    data = {"username": "zhangwei", "display_name": "张伟", "office": "1440303 罗湖税务所"}
    answer = client_of["SYSTEM_ADMIN"].post(f"{ROOT}people/new/", data, follow=True)
    assert "已登记 张伟（zhangwei）" in answer.content.decode()
    return User.objects.get(username="zhangwei")


def submit(client_of: Any, post: str, **more: str) -> Appointment:
    data = {"post": post, "valid_from": day(), "is_primary": "on", **more}
    answer = client_of["SYSTEM_ADMIN"].post(f"{ROOT}people/zhangwei/appoint/", data, follow=True)
    assert "等待安全管理员确认" in answer.content.decode()
    return Appointment.objects.get(user__username="zhangwei", post__code=post)


@pytest.mark.django_db
def test_a_code_is_shown_once(client_of: Any, newcomer: User) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    address = f"{ROOT}people/zhangwei/code/"
    assert "code-slip" not in admin.get(address).content.decode()
    shown = admin.post(address)
    code = shown.context["code"]
    assert code in shown.content.decode()
    assert code not in admin.get(address).content.decode()
    assert "不能给自己发放" in admin.post(f"{ROOT}people/system_admin/code/", follow=True).content.decode()


@pytest.mark.django_db
def test_an_appointment_has_effect_only_after_confirmation(client_of: Any, newcomer: User) -> None:
    waiting = submit(client_of, "1440303-OFFICER")
    assert not User.objects.get(pk=newcomer.pk).holds("household.view")
    security = client_of["SECURITY_ADMIN"]
    assert "<strong>1</strong><span>任职待确认</span>" in security.get(f"{ROOT}panels/security/").content.decode()
    text = security.get(f"{ROOT}appointments/{waiting.pk}/").content.decode()
    assert "查看一户式" in text
    assert "管户范围为本机关" in text
    for duty in ("SYSTEM_ADMIN", "OFFICER", "AUDITOR"):
        assert client_of[duty].post(f"{ROOT}appointments/{waiting.pk}/confirm/").status_code == 403
    answer = security.post(f"{ROOT}appointments/{waiting.pk}/confirm/", follow=True)
    assert "已确认：张伟" in answer.content.decode()
    assert User.objects.get(pk=newcomer.pk).holds("household.view")
    assert security.get(f"{ROOT}appointments/{waiting.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_refused_appointment_is_seen_with_its_reason(client_of: Any, newcomer: User) -> None:
    waiting = submit(client_of, "1440303-OFFICER")
    address = f"{ROOT}appointments/{waiting.pk}/refuse/"
    assert client_of["SECURITY_ADMIN"].post(address, {}).status_code == 422
    client_of["SECURITY_ADMIN"].post(address, {"reason": "岗位代码写错"})
    assert not User.objects.get(pk=newcomer.pk).holds("household.view")
    seen = client_of["SYSTEM_ADMIN"].get(f"{ROOT}appointments/?state=refused").content.decode()
    assert "岗位代码写错" in seen
    assert (
        "<strong>1</strong><span>任命被退回</span>"
        in client_of["SYSTEM_ADMIN"].get(f"{ROOT}panels/system/").content.decode()
    )


@pytest.mark.django_db
def test_what_must_stay_apart_is_refused_in_words(client_of: Any) -> None:
    data = {"post": "1440300-SYSTEM_ADMIN", "valid_from": day()}
    answer = client_of["SYSTEM_ADMIN"].post(f"{ROOT}people/auditor/appoint/", data)
    assert answer.status_code == 422
    assert "这两项权限必须由不同的人持有" in answer.content.decode()
    assert not Appointment.objects.filter(user__username="auditor", post__code="1440300-SYSTEM_ADMIN").exists()


@pytest.mark.django_db
def test_nobody_appoints_themselves(client_of: Any) -> None:
    data = {"post": "1440303-OFFICER", "valid_from": day()}
    answer = client_of["SYSTEM_ADMIN"].post(f"{ROOT}people/system_admin/appoint/", data)
    assert "不能任命自己" in answer.content.decode()


@pytest.mark.django_db
def test_a_deputy_is_named_on_the_post(client_of: Any, newcomer: User) -> None:
    principal = Appointment.objects.get(user__username="officer")
    data = {"user": "zhangwei 张伟", "valid_from": day(), "deputy_for": principal.pk}
    client_of["SYSTEM_ADMIN"].post(f"{ROOT}posts/1440303-OFFICER/appoint/", data)
    assert Appointment.objects.get(user=newcomer).deputy_for == principal
    shown = client_of["SYSTEM_ADMIN"].get(f"{ROOT}posts/1440303-OFFICER/").content.decode()
    assert "替岗（税收管理员不在时）" in shown


@pytest.mark.django_db
def test_an_appointment_is_ended_on_a_day(client_of: Any) -> None:
    found = Appointment.objects.get(user__username="officer")
    address = f"{ROOT}appointments/{found.pk}/end/"
    assert client_of["SECURITY_ADMIN"].get(address).status_code == 403
    data = {"effective_on": day(), "reason": "调动", "sure": "on"}
    answer = client_of["SYSTEM_ADMIN"].post(address, data, follow=True)
    assert "起不再任 税收管理员" in answer.content.decode()
    assert not User.objects.get(username="officer").holds("household.view")
    assert client_of["OFFICER"].get("/worklist/").status_code == 403


@pytest.mark.django_db
def test_leaving_says_what_is_held_and_ends_it(client_of: Any) -> None:
    admin = client_of["SYSTEM_ADMIN"]
    address = f"{ROOT}people/officer/depart/"
    assert "任职终止：罗湖税务所 税收管理员" in admin.get(address).content.decode()
    assert admin.post(address, {"effective_on": day(), "reason": "退休"}).status_code == 422
    answer = admin.post(address, {"effective_on": day(), "reason": "退休", "sure": "on"}, follow=True)
    assert "起离岗" in answer.content.decode()
    officer = User.objects.get(username="officer")
    assert not officer.is_active
    assert client_of["OFFICER"].get("/", follow=True).redirect_chain
    assert "离岗" in admin.get(f"{ROOT}people/?state=left").content.decode()
    assert "depart" not in admin.get(f"{ROOT}people/officer/").content.decode()


@pytest.mark.django_db
def test_an_administrator_writes_down_leave_for_somebody(client_of: Any) -> None:
    data = {"valid_from": day(), "last_day": day(2), "substitute": "section_chief", "reason": "病假"}
    answer = client_of["SYSTEM_ADMIN"].post(f"{ROOT}people/officer/leave/", data, follow=True)
    assert "已登记 税收管理员 的休假" in answer.content.decode()
    leave = Leave.objects.get(user__username="officer")
    assert str(leave.valid_to) == day(3)
    assert Delegation.objects.get(leave=leave).receiver.username == "section_chief"


@pytest.mark.django_db
def test_days_that_end_before_they_begin_are_refused_beside_the_field(client_of: Any) -> None:
    data = {"valid_from": day(5), "last_day": day(2)}
    answer = client_of["SYSTEM_ADMIN"].post(f"{ROOT}people/officer/leave/", data)
    assert answer.context["form"].errors["last_day"] == ["结束日期早于开始日期"]
