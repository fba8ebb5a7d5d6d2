"""Approval by SMS: one task's code, one number, one use; everything else decides nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.choices import ChallengeState
from yihu.hub.centres.tasks.models import SmsApprover, SmsChallenge, Source
from yihu.hub.centres.tasks.services.refusals import UnableToSmsError
from yihu.hub.centres.tasks.services.sms.codes import issue_code
from yihu.hub.centres.tasks.services.sms.replies import expire_codes
from yihu.hub.centres.tasks.tests.conftest import NOW, ROOM, put, stored
from yihu.hub.centres.tasks.tests.sms_phone import Phone, allow_sms, wants
from yihu.hub.foundation.audit.models import AccessRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(room, officer, settings) -> Phone:
    settings.SMS_GATEWAY = "loopback"
    allow_sms()
    wants(officer)
    made = Phone(officer, "13812345678")
    made.bind()
    return made


def state_of(todo: api.Todo) -> str:
    with as_system("核对"):
        return SmsChallenge.objects.filter(todo=todo).latest("pk").state


def test_a_reply_decides_and_is_told_back(phone, room, officer) -> None:
    todo = put(officer, "a", amount=Decimal("1000.00"))
    text = phone.messages()[-1]
    assert "深圳****" in text
    assert "深圳甲公司" not in text
    code = phone.code()
    with as_system("核对"):
        assert code not in str(SmsChallenge.objects.values().get())
    answer = phone.reply(f"ｙ　{code.lower()}")
    assert answer.startswith("已办理：发票额度审批")
    assert room.heard == [{"key": "a", "actor": "officer", "verdict": "AGREE", "opinion": "", "channel": "SMS"}]
    assert (stored(pk=todo.pk).state, state_of(todo)) == (api.DONE, ChallengeState.DECIDED)
    record = AccessRecord.objects.get(verb="todo.decide")
    assert record.channel == "SMS"
    assert len(record.detail["text_hash"]) == 64
    assert "已经用过" in phone.reply(f"N {code} 反悔")
    assert len(room.heard) == 1


def test_refusing_needs_a_reason_and_keeps_the_code(phone, room, officer) -> None:
    put(officer, "a")
    code = phone.code()
    assert "须写明理由" in phone.reply(f"N {code}")
    assert "已办理" in phone.reply(f"不同意 {code} 材料不全")
    assert room.heard[0]["opinion"] == "材料不全"


def test_a_message_that_comes_twice_acts_once(phone, room, officer) -> None:
    put(officer, "a")
    code = phone.code()
    phone.reply("Y 222222", message_id="m1")
    assert phone.reply("Y 222222", message_id="m1") == ""
    with as_system("核对"):
        assert SmsChallenge.objects.get().tries == 1
    assert "已办理" in phone.reply(f"Y {code}", message_id="m2")
    assert phone.reply(f"Y {code}", message_id="m2") == ""


@pytest.mark.parametrize("word", ["Y", "好", "OK", "同意", "是"])
def test_a_bare_word_never_decides(phone, room, officer, word) -> None:
    put(officer, "a")
    assert "请回复 Y 加六位代码" in phone.reply(word)
    assert room.heard == []
    api.settle_todo(source=ROOM, key="a", stamp=2, now=NOW)
    assert phone.reply(word) == "", "with nothing waiting it is no approval at all"


def test_another_phone_gets_silence_and_an_alarm(phone, room, officer, colleague) -> None:
    put(officer, "a")
    code = phone.code()
    stranger = Phone(colleague, "13900001111")
    assert stranger.reply(f"Y {code}") == ""
    stranger.bind()
    assert stranger.reply(f"Y {code}") == ""
    alarms = AccessRecord.objects.filter(verb="todo.sms-alarm")
    assert {a.actor_username for a in alarms} == {"未登记的号码", "colleague"}
    assert "13900001111" not in str(list(alarms.values()))
    with as_system("核对"):
        assert SmsChallenge.objects.get().tries == 0, "nobody else can lock it"
    assert "已办理" in phone.reply(f"Y {code}")


def test_five_wrong_codes_lock_the_path_and_four_do_not_burn_it(phone, room, officer) -> None:
    todo = put(officer, "a")
    code = phone.code()
    for left in (4, 3, 2, 1):
        assert f"还可以试 {left} 次" in phone.reply("Y 222222")
    assert "已锁定" in phone.reply("Y 222222")
    assert "SMS-004" in phone.reply(f"Y {code}")
    assert room.heard == []
    assert (stored(pk=todo.pk).state, state_of(todo)) == (api.PENDING, ChallengeState.LOCKED)
    api.decide_todo(todo_id=todo.pk, actor=officer, verdict=api.AGREE, opinion="", channel="WEB", now=NOW)
    assert stored(pk=todo.pk).state == api.DONE, "the page stays open"

    second = put(officer, "b")
    right = phone.code()
    for _ in range(4):
        phone.reply("Y 222222")
    assert "已办理" in phone.reply(f"Y {right}")
    assert state_of(second) == ChallengeState.DECIDED


def test_a_code_dies_with_its_task(phone, room, officer, colleague) -> None:
    for key, end in (
        ("decided", lambda t: api.decide_todo(
            todo_id=t.pk, actor=officer, verdict=api.REFUSE, opinion="不符", channel="WEB", now=NOW)),
        ("withdrawn", lambda t: api.settle_todo(source=ROOM, key=t.key, state=api.WITHDRAWN, stamp=2, now=NOW)),
        ("transferred", lambda t: room.transfer(
            key=t.key, actor=None, giver=officer, receiver=colleague, reason="", now=NOW)),
        ("suspended", lambda t: put(officer, t.key, stamp=3, state=api.SUSPENDED)),
        ("finished", lambda t: api.settle_all(source=ROOM, case_number=t.case_number, stamp=4, now=NOW)),
    ):  # fmt: skip
        todo = put(officer, key)
        code, heard = phone.code(), len(room.heard)
        end(todo)
        assert "代码失效" in phone.reply(f"Y {code}"), key
        assert state_of(todo) == ChallengeState.VOID, key
        assert len(room.heard) - heard <= (key == "decided"), key


def test_a_task_that_changed_gets_a_new_code(phone, room, officer) -> None:
    put(officer, "a", amount=Decimal("100.00"))
    old = phone.code()
    put(officer, "a", amount=Decimal("40000.00"), stamp=2)
    new = phone.code()
    assert new != old
    assert "代码失效" in phone.reply(f"Y {old}")
    put(officer, "a", amount=Decimal("40000.00"), stamp=3, due_at=NOW + timedelta(days=2))
    assert phone.code() == new, "only another limit: what was told still holds"
    assert "已办理" in phone.reply(f"Y {new}")


def test_a_code_has_its_time(phone, room, officer) -> None:
    put(officer, "a")
    late = NOW + timedelta(hours=24)
    code = phone.code()
    assert "SMS-005" in phone.reply(f"Y {code}", now=late)
    assert room.heard == []
    put(officer, "b", due_at=NOW + timedelta(hours=2))
    assert "SMS-005" in phone.reply(f"Y {phone.code()}", now=NOW + timedelta(hours=2))
    put(officer, "c")
    assert expire_codes(now=late) == 1


def test_only_listed_kinds_up_to_the_cap_and_for_who_asked(phone, room, officer, colleague) -> None:
    before = len(phone.messages())
    put(officer, "kind", kind="延期缴纳税款")
    put(officer, "risk", low_risk=False)
    put(officer, "amount", amount=Decimal("50000.01"))
    put(colleague, "unasked")
    assert len(phone.messages()) == before
    with as_system("核对"):
        assert not SmsChallenge.objects.exists()
    put(officer, "cap", amount=Decimal("50000.00"))
    code = phone.code()
    Source.objects.filter(code=ROOM).update(sms_kinds=[])
    assert "不在可短信审批的清单内" in phone.reply(f"Y {code}")
    allow_sms(cap="100")
    assert "上限 100.00 元" in phone.reply(f"Y {code}")
    allow_sms()
    with as_system("核对"):
        SmsApprover.objects.all().delete()
    assert "没有开通" in phone.reply(f"Y {code}")
    assert room.heard == []


def test_a_changed_number_carries_no_old_code(phone, room, officer) -> None:
    todo = put(officer, "a")
    code = phone.code()
    newer = Phone(officer, "13711112222")
    newer.bind(since=NOW + timedelta(hours=3))
    assert newer.reply(f"Y {code}") == "", "not in effect yet: an unknown number"
    assert newer.reply(f"Y {code}", now=NOW + timedelta(hours=4)) == ""
    assert room.heard == []
    assert state_of(todo) == ChallengeState.VOID
    assert AccessRecord.objects.filter(verb="todo.sms-alarm").count() == 2


def test_the_sources_refusal_is_told_and_the_code_stays_good(phone, room, officer) -> None:
    put(officer, "a")
    code = phone.code()
    room.refuses["a"] = "额度已被占用"
    assert "额度已被占用" in phone.reply(f"Y {code}")
    room.refuses.clear()
    assert "已办理" in phone.reply(f"Y {code}")


def test_without_a_number_or_a_gateway_the_todo_still_stands(phone, room, officer, chief, settings) -> None:
    wants(chief)
    todo = put(chief, "a")
    assert stored(pk=todo.pk).state == api.PENDING
    with pytest.raises(UnableToSmsError, match="TODO-062"):
        issue_code(todo=todo, now=NOW)
    settings.SMS_GATEWAY = ""
    put(officer, "b")
    assert stored(key="b").state == api.PENDING


def test_switching_off_kills_what_is_out(phone, room, officer, client_for) -> None:
    put(officer, "a")
    code = phone.code()
    page = client_for(officer).get("/tasks/sms/").content.decode()
    assert "138****5678" in page
    assert "待回复" in page or "已过期" in page
    client_for(officer).post("/tasks/sms/switch/", {"wanted": "0"})
    assert "代码失效" in phone.reply(f"Y {code}")
    page = client_for(officer).post("/tasks/sms/switch/", {"wanted": "1"}, follow=True).content.decode()
    assert "已开通短信审批" in page
    with as_system("核对"):
        assert SmsApprover.objects.filter(pk=officer.pk).exists()


def test_a_lost_code_is_sent_again_and_the_old_one_dies(phone, room, officer, colleague, client_for) -> None:
    put(officer, "a")
    old = phone.code()
    with as_system("核对"):
        number = SmsChallenge.objects.get().pk
    assert client_for(colleague).post(f"/tasks/sms/{number}/again/").status_code == 404
    client_for(officer).post(f"/tasks/sms/{number}/again/")
    assert phone.code() != old
    assert "代码失效" in phone.reply(f"Y {old}")
    assert "已办理" in phone.reply(f"Y {phone.code()}")
