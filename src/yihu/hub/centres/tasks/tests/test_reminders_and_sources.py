"""Reminders come once a day; sources are kept by the security administrator, with history."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.choices import ReminderKind
from yihu.hub.centres.tasks.models import Reminder, Source
from yihu.hub.centres.tasks.services.refusals import UnableToKeepSourceError
from yihu.hub.centres.tasks.services.registering import change_source, register_source
from yihu.hub.centres.tasks.services.reminding import remind
from yihu.hub.centres.tasks.tests.conftest import ROOM, put
from yihu.hub.foundation.notices.models import Notice
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract, ListContract

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=timezone.get_default_timezone())
KEEPER = frozenset({StandardDuty.SECURITY_ADMIN})


class TestSources(ListContract):
    address = "/tasks/sources/"
    holders = KEEPER


class TestNewSource(FormContract):
    address = "/tasks/sources/new/"
    holders = KEEPER
    needed = frozenset({"code", "name"})


def notices() -> list[tuple[str, str]]:
    with as_system("核对"):
        return list(Notice.objects.order_by("pk").values_list("receiver__username", "title"))


def test_each_person_is_told_once_a_day_of_what_is_due_and_overdue(room, officer, chief) -> None:
    put(officer, "late1", due_at=MORNING - timedelta(days=2))
    put(officer, "late2", due_at=MORNING - timedelta(hours=1))
    put(officer, "today", due_at=MORNING + timedelta(hours=8))
    put(officer, "tomorrow", due_at=MORNING + timedelta(hours=20))
    put(officer, "ancient", due_at=MORNING - timedelta(days=91))
    put(chief, "read", due_at=MORNING - timedelta(days=1), state=api.TO_READ)
    put(chief, "late", due_at=MORNING - timedelta(days=1))
    assert remind(now=MORNING) == 4
    assert sorted(notices()) == sorted(
        [("officer", "2 件待办已超期"), ("officer", "1 件待办今日到期"), ("section_chief", "1 件待办已超期")]
    )
    assert remind(now=MORNING + timedelta(minutes=15)) == 0
    api.settle_todo(source=ROOM, key="late1", stamp=2, now=MORNING)
    assert remind(now=MORNING + timedelta(days=1)) == 4
    with as_system("核对"):
        kinds = Reminder.objects.filter(todo__key="today").values_list("kind", flat=True)
        assert sorted(kinds) == [ReminderKind.DUE_TODAY, ReminderKind.OVERDUE]


def test_a_registered_system_puts_and_a_closed_one_does_not(cast, officer, client_for) -> None:
    keeper = cast[StandardDuty.SECURITY_ADMIN]
    client = client_for(keeper)
    client.post("/tasks/sources/new/", {"code": "hr", "name": "人事系统", "hosts": "HR.example.gov.cn\n"})
    todo = put(officer, "x", source="hr", url="https://hr.example.gov.cn/leave/1", kind="请假")
    assert not todo.low_risk
    said = {
        "name": "人事系统", "hosts": "hr.example.gov.cn", "low_risk_kinds": "请假\n", "sms_kinds": "请假",
        "sms_cap_amount": "0", "is_active": "on",
    }  # fmt: skip
    page = client.post("/tasks/sources/hr/change/", said, follow=True).content.decode()
    assert "变更历史" in page
    assert "请假" in page
    assert put(officer, "y", source="hr", url="", kind="请假").low_risk
    client.post("/tasks/sources/hr/change/", {**said, "is_active": ""})
    with pytest.raises(api.UnableToPutError, match="TODO-001"):
        put(officer, "z", source="hr", url="")


def test_what_cannot_be_kept_says_why(cast, outside, officer) -> None:
    keeper, now = cast[StandardDuty.SECURITY_ADMIN], timezone.now()
    change = {
        "code": "oa", "name": "公文", "hosts": [], "low_risk_kinds": [], "sms_kinds": [], "sms_cap_amount": 0,
        "is_active": True, "now": now,
    }  # fmt: skip
    for code, refused in (
        ("TODO-050", lambda: change_source(actor=officer, **change)),
        ("TODO-051", lambda: register_source(actor=keeper, code="oa", name="x", hosts=[], now=now)),
        ("TODO-052", lambda: register_source(actor=keeper, code="b", name="x", hosts=["https://a.cn/"], now=now)),
        ("TODO-052", lambda: change_source(actor=keeper, **{**change, "hosts": ["a.cn:8443"]})),
        ("TODO-052", lambda: change_source(actor=keeper, **{**change, "hosts": ["*.gov.cn"]})),
        ("TODO-053", lambda: change_source(actor=keeper, **{**change, "sms_kinds": ["付款"]})),
    ):
        with pytest.raises(UnableToKeepSourceError, match=code):
            refused()
    assert Source.objects.get(code="oa").hosts == ["oa.example.gov.cn"]


def test_a_pressing_one_is_told_once(room, officer) -> None:
    put(officer, "a", urgency=2)
    put(officer, "a", urgency=2, stamp=2)
    put(officer, "b", urgency=1)
    assert [title for _, title in notices()] == ["特急待办：深圳甲公司发票额度审批 a"]
