"""Whatever overtakes what, the last stamp wins and repeating changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.choices import Urgency
from yihu.hub.centres.tasks.models import EarlyEnding, Todo
from yihu.hub.centres.tasks.services.settling import forget_early_endings
from yihu.hub.centres.tasks.tests.conftest import NOW, ROOM, put, stored

pytestmark = pytest.mark.django_db
PUT = st.tuples(st.just("put"), st.integers(0, 6), st.sampled_from([api.PENDING, api.TO_READ, api.SUSPENDED]))
END = st.tuples(st.just("end"), st.integers(0, 6), st.sampled_from([api.DONE, api.FINISHED, api.WITHDRAWN]))


def _send(message: tuple[str, int, Any], receiver: Any) -> None:
    kind, stamp, state = message
    if kind == "put":
        # One stamp is one message: its content follows from the stamp and the state.
        put(receiver, "k", source="oa", url="", stamp=stamp, state=state, title=f"第 {stamp} 版 {state}")
    else:
        api.settle_todo(source="oa", key="k", receiver=receiver, stamp=stamp, state=state, now=NOW)


def _end_state(receiver: Any) -> Any:
    with as_system("核对"):
        found = Todo.objects.filter(key="k", receiver=receiver).values_list("state", "stamp").first()
        Todo.objects.all().delete()
        EarlyEnding.objects.all().delete()
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), messages=st.lists(PUT | END, min_size=1, max_size=6))
def test_any_order_and_any_repetition_end_alike(outside, officer, data, messages) -> None:
    for message in messages:
        _send(message, officer)
    first = _end_state(officer)
    shuffled = data.draw(st.permutations(messages + messages[: data.draw(st.integers(0, len(messages)))]))
    for message in shuffled:
        _send(message, officer)
    assert _end_state(officer) == first


def test_a_later_stamp_renews_and_an_older_one_changes_nothing(room, officer) -> None:
    put(officer, stamp=5, title="第一次")
    put(officer, stamp=7, title="改期", due_at=NOW + timedelta(days=1))
    put(officer, stamp=6, title="迟到的旧消息")
    put(officer, stamp=7, title="同一时间戳")
    found = stored(key="k1")
    assert (found.title, found.stamp) == ("改期", 7)
    assert found.due_at == NOW + timedelta(days=1)


def test_an_end_that_overtook_its_beginning_stands(outside, officer) -> None:
    api.settle_todo(source="oa", key="z", stamp=9, now=NOW, verdict="同意")
    put(officer, "z", source="oa", url="", stamp=4)
    assert (stored(key="z").state, stored(key="z").verdict) == (api.DONE, "同意")
    put(officer, "z", source="oa", url="", stamp=12)
    assert stored(key="z").state == api.PENDING
    with as_system("清理"):
        assert forget_early_endings(before=NOW + timedelta(days=40)) == 1


def test_renewal_keeps_when_it_came_and_that_it_was_read(room, officer) -> None:
    put(officer, stamp=1)
    with as_system("核对"):
        Todo.objects.update(read_at=NOW)
    put(officer, stamp=2, now=NOW + timedelta(hours=3), urgency=Urgency.EXTRA)
    found = stored(key="k1")
    assert (found.arrived_at, found.read_at) == (NOW, NOW)
    assert found.order_at == NOW + timedelta(days=27)


def test_a_finished_case_takes_back_what_is_open_and_finishes_what_was_done(room, officer, chief, colleague) -> None:
    put(officer, "a", case_number="C9")
    put(chief, "b", case_number="C9")
    put(colleague, "c", case_number="C9", state=api.COPY)
    put(officer, "d", case_number="C8")
    api.settle_todo(source=ROOM, key="a", stamp=2, verdict="同意", now=NOW)
    assert api.settle_all(source=ROOM, case_number="C9", stamp=3, now=NOW, verdict="办结") == 2
    states = {key: stored(key=key).state for key in "abcd"}
    assert states == {"a": api.FINISHED, "b": api.WITHDRAWN, "c": api.COPY, "d": api.PENDING}
    assert stored(key="a").verdict == "同意"
    assert api.settle_all(source=ROOM, case_number="C9", stamp=3, now=NOW, state=api.WITHDRAWN) == 1


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("/cases/1/?a=b", True),
        ("https://oa.example.gov.cn/doc/1", True),
        ("https://OA.example.gov.cn:443/doc", True),
        ("http://oa.example.gov.cn/doc", False),
        ("https://oa.example.gov.cn.evil.cn/", False),
        ("https://oa.example.gov.cn@evil.cn/", False),
        ("https://evil.cn/#oa.example.gov.cn", False),
        ("https://oa.example.gov.cn:8443/", False),
        ("//evil.cn/", False),
        ("/\\evil.cn", False),
        ("/\t/evil.cn", False),
        ("javascript:alert(1)", False),
        ("https://[broken", False),
        ("data:text/html,x", False),
    ],
)
def test_an_address_is_of_this_site_or_of_a_registered_host(outside, officer, url, safe) -> None:
    if safe:
        assert put(officer, source="oa", url=url).url == url
    else:
        with pytest.raises(api.UnableToPutError, match="TODO-007"):
            put(officer, source="oa", url=url)


def test_what_cannot_be_put_says_why(room, outside, officer) -> None:
    for code, wrong in (
        ("TODO-001", {"source": "nobody"}),
        ("TODO-002", {"title": " "}),
        ("TODO-002", {"key": ""}),
        ("TODO-003", {"state": api.DONE}),
        ("TODO-008", {"stamp": -1}),
    ):
        with pytest.raises(api.UnableToPutError, match=code):
            put(officer, **{"key": "x", **wrong})
    officer.is_active = False
    with pytest.raises(api.UnableToPutError, match="TODO-004"):
        put(officer)


def test_personal_numbers_are_hidden_and_low_risk_is_not_an_outside_systems_word(outside, room, officer) -> None:
    hidden = put(officer, title="张三 440301199001011234 电话 13812345678 变更")
    assert "199001011234" not in hidden.title
    assert "13812345678" not in hidden.title
    assert not put(officer, "o1", source="oa", url="", kind="付款", low_risk=True).low_risk
    assert put(officer, "o2", source="oa", url="", kind="用印", low_risk=True).low_risk
