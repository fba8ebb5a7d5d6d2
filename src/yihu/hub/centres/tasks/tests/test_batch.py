"""Many low-risk to-dos with one opinion: each by itself, refusals beside those that stand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.tests.conftest import put, stored
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.models import Delegation

pytestmark = pytest.mark.django_db


def test_ticked_rows_are_shown_before_they_are_decided(room, officer, client_for) -> None:
    fit, unfit = put(officer, "a"), put(officer, "b", low_risk=False)
    answer = client_for(officer).post("/tasks/batch/", {"row": [fit.pk, unfit.pk, 99999999]})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "可以在此办理的 1 件" in body
    assert "不属于低风险事项" in body
    assert "1 件已不在您的待办中" in body
    assert room.heard == []


def test_refusing_needs_a_reason(room, officer, client_for) -> None:
    todo = put(officer, "a")
    answer = client_for(officer).post("/tasks/batch/", {"row": [todo.pk], "verdict": "REFUSE", "opinion": " "})
    assert answer.status_code == 422
    assert "不同意须写明理由" in answer.content.decode()
    with pytest.raises(api.UnableToDecideError, match="TODO-024"):
        api.decide_todo(
            todo_id=todo.pk, actor=officer, verdict=api.REFUSE, opinion="", channel="WEB", now=timezone.now()
        )
    assert room.heard == []


def test_each_is_decided_by_itself(room, officer, colleague, client_for) -> None:
    good, bad = put(officer, "good"), put(officer, "bad")
    high, theirs = put(officer, "high", low_risk=False), put(colleague, "theirs")
    room.refuses["bad"] = "额度已被他人占用，请打开核对"
    said = {"row": [good.pk, bad.pk, high.pk, theirs.pk, good.pk], "verdict": "AGREE", "opinion": "同意"}
    answer = client_for(officer).post("/tasks/batch/", said)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "已办理 1 件（同意）；3 件没有办成" in body
    assert "额度已被他人占用" in body
    assert "TODO-022" in body
    assert "TODO-020" in body
    assert theirs.title not in body, "nobody learns the title of what is not theirs"
    assert room.heard == [{"key": "good", "actor": "officer", "verdict": "AGREE", "opinion": "同意", "channel": "WEB"}]
    assert {k: stored(key=k).state for k in ("good", "bad", "high", "theirs")} == {
        "good": api.DONE, "bad": api.PENDING, "high": api.PENDING, "theirs": api.PENDING,
    }  # fmt: skip
    record = AccessRecord.objects.get(verb="todo.decide")
    assert (record.target, record.channel, record.detail["verdict"]) == (f"todo:{good.pk}", "WEB", "同意")


def test_all_good_leads_back_to_the_list_as_it_was(room, officer, client_for) -> None:
    keys = [put(officer, str(n)).pk for n in range(3)]
    said = {"row": keys, "verdict": "REFUSE", "opinion": "材料不全"}
    answer = client_for(officer).post("/tasks/batch/?due=none", said, follow=True)
    assert answer.redirect_chain == [("/tasks/?due=none", 302)]
    assert "已办理 3 件（不同意）" in answer.content.decode()


def test_what_is_done_already_is_told(room, officer) -> None:
    todo = put(officer, "a")
    decide = {"todo_id": todo.pk, "actor": officer, "opinion": "", "channel": "WEB", "now": timezone.now()}
    api.decide_todo(**decide, verdict=api.AGREE)
    with pytest.raises(api.UnableToDecideError, match=r"结果：同意.*TODO-021"):
        api.decide_todo(**decide, verdict=api.AGREE)
    assert len(room.heard) == 1


def test_a_stand_in_decides_as_themselves_and_stops_with_the_delegation(room, officer, colleague) -> None:
    today = timezone.localdate()
    lent = Delegation.objects.create(
        giver=officer, receiver=colleague, valid_from=today, valid_to=today + timedelta(days=2), reason="出差",
        takes_present_tasks=True, made_at=timezone.now(),
    )  # fmt: skip
    first, second = put(officer, "a"), put(officer, "b")
    said = {"actor": colleague, "verdict": api.AGREE, "opinion": "", "channel": "WEB", "now": timezone.now()}
    api.decide_todo(todo_id=first.pk, **said)
    assert room.heard[0]["actor"] == "colleague"
    Delegation.objects.filter(pk=lent.pk).update(revoked_at=timezone.now())
    with pytest.raises(api.UnableToDecideError, match="TODO-020"):
        api.decide_todo(todo_id=second.pk, **said)


def test_a_source_without_a_decider_is_opened(outside, officer) -> None:
    todo = put(officer, "a", source="oa", url="", kind="用印")
    with pytest.raises(api.UnableToDecideError, match="TODO-023"):
        api.decide_todo(
            todo_id=todo.pk, actor=officer, verdict=api.AGREE, opinion="", channel="WEB", now=timezone.now()
        )


@pytest.mark.parametrize("rows", [[], ["x"], list(range(1, 102))])
def test_none_or_too_many_change_nothing(room, officer, client_for, rows) -> None:
    answer = client_for(officer).post("/tasks/batch/", {"row": rows, "verdict": "AGREE"}, follow=True)
    assert answer.redirect_chain == [("/tasks/", 302)]
    assert room.heard == []
