"""Outside systems push, renew, end and take back to-dos by signed requests; what is refused is answered and kept."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.exchange.models import DeadLetter, Delivery, OutsideSystem, Passage
from yihu.hub.centres.exchange.services.letters import resubmit_letter
from yihu.hub.centres.exchange.tests.rows import Caller, caller_of, letter_of, system_of
from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.models import Source, Todo
from yihu.hub.centres.tasks.services.deciding import decidable_sources, decide_todo
from yihu.hub.centres.tasks.services.outside import milliseconds
from yihu.hub.centres.tasks.services.reading import mark_read
from yihu.hub.conftest import appointed
from yihu.hub.foundation.org.choices import StandardDuty

pytestmark = pytest.mark.django_db
TODOS = "/api/exchange/v1/todos"
Push = Callable[..., Any]


@pytest.fixture(autouse=True)
def _own_state(settings: Any, tmp_path: Any) -> None:
    settings.STATE = tmp_path


@pytest.fixture
def system(offices: dict[str, Any], cast: dict[Any, Any]) -> OutsideSystem:
    return system_of(
        offices["bureau"], cast[StandardDuty.SECURITY_ADMIN], code="oa", webhook_url="https://oa.example.gov.cn/hook"
    )


@pytest.fixture
def caller(system: OutsideSystem) -> Caller:
    return caller_of(system)


@pytest.fixture
def outside() -> Client:
    return Client(raise_request_exception=False)


def item(key: str = "F-1", *receivers: str, **over: Any) -> dict[str, Any]:
    return {"key": key, "receivers": list(receivers) or ["officer"], "title": "请审批用车申请", "stamp": 1000} | over


@pytest.fixture
def push(caller: Caller, outside: Client) -> Push:
    def send(*items: dict[str, Any]) -> Any:
        return caller.call(outside, "POST", f"{TODOS}/batch", {"items": list(items)})

    return send


@pytest.fixture
def settle(caller: Caller, outside: Client) -> Push:
    def send(*items: dict[str, Any]) -> Any:
        return caller.call(outside, "POST", f"{TODOS}/settlements", {"items": list(items)})

    return send


def rows() -> list[tuple[Any, ...]]:
    with as_system("核对"):
        return list(Todo.objects.order_by("key", "receiver__username").values_list(
            "key", "receiver__username", "title", "state", "stamp", "verdict"
        ))  # fmt: skip


def test_a_pushed_todo_is_on_its_receivers_list(push: Push, client_of: dict[Any, Client]) -> None:
    answer = push(item(url="https://oa.example.gov.cn/a?id=1", kind="用车", urgency="urgent"))
    assert answer.status_code == 200
    assert answer.json()["items"][0]["outcome"] == "created"
    assert "请审批用车申请" in client_of[StandardDuty.OFFICER].get("/tasks/").content.decode()
    assert "请审批用车申请" not in client_of[StandardDuty.DIRECTOR].get("/tasks/").content.decode()
    passage = Passage.objects.get()
    assert (passage.operation, passage.items, passage.refused) == ("todo.push", 1, 0)
    assert Source.objects.get().hosts == ["oa.example.gov.cn"]


def test_the_web_role_may_do_all_of_it(push: Push, settle: Push, web_role: None) -> None:
    assert push(item(), item("F-2", "nobody")).json() | {"items": 0} == {"accepted": 1, "refused": 1, "items": 0}
    assert settle({"key": "F-1", "state": "done", "stamp": 2000}).json()["items"][0]["changed"] == 1


def test_one_refused_item_does_not_hold_up_the_others(push: Push) -> None:
    ahead = milliseconds(timezone.now() + timedelta(minutes=11))
    answer = push(
        item("A"), item("B", "zs"), item("C", url="https://evil.example.com/"), item("D", url="javascript:alert(1)"),
        item("E", stamp=ahead), item("F", "officer", "ls"), item("G", stamp=ahead - 120_000),
    )  # fmt: skip
    assert answer.status_code == 200
    told = [(one["key"], one["receiver"], one["status"], one["code"]) for one in answer.json()["items"]]
    assert told == [
        ("A", "officer", 200, ""), ("B", "zs", 422, "TODO-004"), ("C", "officer", 422, "TODO-007"),
        ("D", "officer", 422, "TODO-007"), ("E", "officer", 422, "TODO-005"), ("F", "officer", 200, ""),
        ("F", "ls", 422, "TODO-004"), ("G", "officer", 200, ""),
    ]  # fmt: skip
    assert "接收人zs不存在" in answer.json()["items"][1]["detail"]
    assert {row[0] for row in rows()} == {"A", "F", "G"}
    assert set(DeadLetter.objects.values_list("reference", "code")) == {
        ("B/zs", "TODO-004"), ("C/officer", "TODO-007"), ("D/officer", "TODO-007"), ("E/officer", "TODO-005"),
        ("F/ls", "TODO-004"),
    }  # fmt: skip


def test_a_single_todo_nobody_can_take_is_a_problem(caller: Caller, outside: Client) -> None:
    content = {k: v for k, v in item("x", "zs").items() if k != "key"}
    answer = caller.call(outside, "PUT", f"{TODOS}/F-9", content)
    assert (answer.status_code, answer.json()["code"]) == (422, "EXC-023")
    assert answer.json()["errors"][0]["code"] == "TODO-004"
    assert caller.call(outside, "PUT", f"{TODOS}/F-9", content | {"receivers": ["officer"]}).status_code == 200


def test_the_same_refusal_again_is_the_same_letter(push: Push) -> None:
    for _ in range(3):
        push(item("B", "zs"))
    assert DeadLetter.objects.get().tries == 3


def test_a_letter_is_taken_again_once_its_cause_is_gone(
    push: Push, offices: dict[str, Any], cast: dict[Any, Any]
) -> None:
    push(item("B", "zs", due_at="2026-12-01T18:00:00+08:00", amount="12.50"))
    letter, operator = DeadLetter.objects.get(), cast[StandardDuty.SYSTEM_ADMIN]
    with pytest.raises(Exception, match="仍不能收：接收人zs不存在"):
        resubmit_letter(letter=letter, actor=operator, now=timezone.now())
    letter.refresh_from_db()
    assert (letter.state, letter.tries) == ("OPEN", 2)
    appointed(StandardDuty.OFFICER, offices["east"], "zs")
    resubmit_letter(letter=letter, actor=operator, now=timezone.now())
    assert rows()[0][:2] == ("B", "zs")
    letter.refresh_from_db()
    assert letter.state == "RESOLVED"


def test_a_letter_kept_incomplete_is_refused_in_words(system: OutsideSystem, cast: dict[Any, Any]) -> None:
    letter = letter_of(system)
    with pytest.raises(Exception, match="内容不完整"):
        resubmit_letter(letter=letter, actor=cast[StandardDuty.SYSTEM_ADMIN], now=timezone.now())


def test_a_letter_is_settled_by_the_senders_own_second_try(push: Push, offices: dict[str, Any]) -> None:
    push(item("B", "zs"))
    appointed(StandardDuty.OFFICER, offices["east"], "zs")
    assert push(item("B", "ZS")).json()["items"][0]["status"] == 200, "accounts are compared without regard to case"
    push(item("B", "zs"))
    assert DeadLetter.objects.get().state == "RESOLVED"


def test_repetition_changes_nothing_and_says_so(push: Push) -> None:
    outcomes = [push(one).json()["items"][0]["outcome"] for one in (
        item(), item(), item(title="改了标题"), item(title="新", stamp=1001), item(stamp=999),
    )]  # fmt: skip
    assert outcomes == ["created", "unchanged", "unchanged", "updated", "superseded"]
    assert rows() == [("F-1", "officer", "新", "PENDING", 1001, "")]


MESSAGES = (
    ("push", {"title": "一", "stamp": 10}),
    ("push", {"title": "二", "stamp": 20}),
    ("settle", {"state": "done", "verdict": "同意", "stamp": 20}),
    ("push", {"title": "三", "stamp": 30}),
    ("settle", {"state": "withdrawn", "stamp": 25}),
)
# The end overtakes the last word.
OVERTAKEN = (
    ("push", {"title": "一", "stamp": 10}),
    ("push", {"title": "二", "stamp": 20}),
    ("settle", {"state": "done", "verdict": "同意", "stamp": 30}),
)


def play(push: Push, settle: Push, messages: tuple[tuple[str, dict[str, Any]], ...]) -> list[tuple[Any, ...]]:
    """What stands after some messages, each in a request of its own; undone again."""
    with transaction.atomic():
        for kind, values in messages:
            answer = push(item(**values)) if kind == "push" else settle({"key": "F-1", **values})
            assert answer.status_code == 200
        found = rows()
        transaction.set_rollback(True)
    return found


def test_any_order_gives_the_same_list(push: Push, settle: Push) -> None:
    ends = {tuple(play(push, settle, order)) for order in permutations(MESSAGES)}
    assert ends == {(("F-1", "officer", "三", "PENDING", 30, ""),)}
    ends = {tuple(play(push, settle, order)) for order in permutations(OVERTAKEN)}
    assert ends == {(("F-1", "officer", "二", "DONE", 30, "同意"),)}


# Shrinking would ask the database for minutes; what is drawn is small already.
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_any_order_and_repetition_of_any_messages_gives_the_same_list(push: Push, settle: Push, data: Any) -> None:
    one = st.one_of(
        st.tuples(st.just("push"), st.fixed_dictionaries({"stamp": st.integers(1, 5)})),
        st.tuples(
            st.just("settle"),
            st.fixed_dictionaries(
                {"stamp": st.integers(1, 5), "state": st.sampled_from(["done", "finished", "withdrawn"])}
            ),
        ),
    )
    messages = data.draw(st.lists(one, min_size=1, max_size=6))
    # What is said under one stamp is one thing: the title follows the stamp.
    told = tuple((k, v | {"title": f"第{v['stamp']}版"} if k == "push" else v) for k, v in messages)
    shuffled = tuple(data.draw(st.permutations([*told, *data.draw(st.lists(st.sampled_from(told), max_size=3))])))
    first, second = play(push, settle, told), play(push, settle, shuffled)
    # A to-do that never arrived has no row; one that did stands the same way.
    assert first == second


def test_an_end_that_comes_first_is_kept(push: Push, settle: Push) -> None:
    answer = settle({"key": "F-1", "receiver": "officer", "state": "done", "verdict": "同意", "stamp": 2000})
    assert answer.json()["items"][0]["outcome"] == "kept"
    push(item())
    assert rows()[0][3:] == ("DONE", 2000, "同意")


def test_taking_back_by_delete(push: Push, caller: Caller, outside: Client) -> None:
    push(item("F-1", "officer", "director"))
    answer = caller.call(outside, "DELETE", f"{TODOS}/F-1", query="stamp=2000&receiver=officer")
    assert answer.json()["items"][0]["changed"] == 1
    assert [row[3] for row in rows()] == ["PENDING", "WITHDRAWN"]
    assert caller.call(outside, "DELETE", f"{TODOS}/F-1").status_code == 422


def test_a_system_sees_and_ends_only_its_own(
    push: Push, offices: dict[str, Any], cast: dict[Any, Any], outside: Client
) -> None:
    push(item())
    other = caller_of(system_of(offices["bureau"], cast[StandardDuty.SECURITY_ADMIN], code="other"))
    assert other.call(outside, "GET", TODOS).json()["items"] == []
    settled = other.call(
        outside, "POST", f"{TODOS}/settlements", {"items": [{"key": "F-1", "state": "done", "stamp": 9999}]}
    )
    assert settled.json()["items"][0]["changed"] == 0
    assert rows()[0][3] == "PENDING"


def test_a_code_of_a_room_of_this_program_is_nobodys(
    offices: dict[str, Any], cast: dict[Any, Any], outside: Client
) -> None:
    """A system registered under the code of a room must not speak for it."""
    api.name_source("matters-room", "事项中心")
    Source.objects.create(code="matters-room", name="事项中心", kind="INSIDE")
    caller = caller_of(system_of(offices["bureau"], cast[StandardDuty.SECURITY_ADMIN], code="matters-room"))
    answer = caller.call(outside, "POST", f"{TODOS}/batch", {"items": [item()]})
    assert (answer.status_code, answer.json()["code"]) == (403, "EXC-008")
    assert rows() == []


def test_reading_back_page_by_page(push: Push, caller: Caller, outside: Client) -> None:
    push(*(item(f"F-{n}") for n in range(5)))
    found, after = [], 0
    while after is not None:
        page = caller.call(outside, "GET", TODOS, query=f"limit=2&after={after}").json()
        found += [one["key"] for one in page["items"]]
        after = page["next_after"]
    assert found == [f"F-{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "items[0].title"),
        ({"title": "　 "}, "items[0].title"),
        ({"title": "a\u0000b"}, "items[0].title"),
        ({"title": "\ud800"}, "items[0].title"),
        ({"stamp": -1}, "items[0].stamp"),
        ({"stamp": 1.5}, "items[0].stamp"),
        ({"receivers": []}, "items[0].receivers"),
        ({"state": "done"}, "items[0].state"),
        ({"colour": "red"}, "items[0].colour"),
        ({"due_at": "2026-12-01T00:00:00"}, "items[0].due_at"),
        ({"due_at": "0001-01-01T00:00:00+14:00"}, "items[0].due_at"),
        ({"amount": "NaN"}, "items[0].amount"),
        ({"key": "a/b"}, "items[0].key"),
    ],
)
def test_what_does_not_fit_the_schema_is_told_field_by_field(push: Push, change: dict[str, Any], field: str) -> None:
    answer = push(item() | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "EXC-020")
    assert answer.json()["errors"][0]["field"] == field
    assert any("\u4e00" <= sign <= "\u9fff" for sign in answer.json()["errors"][0]["detail"])
    assert rows() == []


def test_what_is_no_json_is_told(caller: Caller, outside: Client) -> None:
    body = b"{not json"
    headers = caller.headers("POST", f"{TODOS}/batch", body)
    answer = outside.generic("POST", f"{TODOS}/batch", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "EXC-021")


def test_our_peoples_acts_go_out_and_the_systems_own_do_not(push: Push, settle: Push, cast: dict[Any, Any]) -> None:
    push(item("R", state="to_read"), item("S"))
    settle({"key": "S", "state": "done", "stamp": 2000})
    assert not Delivery.objects.exists()
    with as_system("核对"):
        todo = Todo.objects.get(key="R")
    mark_read(todo_id=todo.pk, actor=cast[StandardDuty.OFFICER], now=timezone.now())
    delivery = Delivery.objects.get()
    assert (delivery.event, delivery.reference) == ("todo.settled", "R")


def test_a_low_risk_todo_is_decided_here_and_the_verdict_goes_out(push: Push, cast: dict[Any, Any]) -> None:
    push(item(kind="用车", low_risk=True))
    Source.objects.update(low_risk_kinds=["用车"])
    push(item(kind="用车", low_risk=True, stamp=1001))
    assert decidable_sources()[-1:] == ["oa"]
    with as_system("核对"):
        todo = Todo.objects.get()
    assert todo.low_risk
    officer = cast[StandardDuty.OFFICER]
    decide_todo(todo_id=todo.pk, actor=officer, verdict=api.AGREE, opinion="", channel="WEB", now=timezone.now())
    assert rows()[0][3:6:2] == ("DONE", "同意")
    assert Delivery.objects.get().event == "todo.decided"
    assert push(item(kind="用车", stamp=1001)).json()["items"][0]["outcome"] == "superseded"


def test_what_a_rolled_back_act_would_have_told_is_not_sent(push: Push, cast: dict[Any, Any]) -> None:
    push(item(state="to_read"))
    with as_system("核对"):
        todo = Todo.objects.get()
    with transaction.atomic():
        mark_read(todo_id=todo.pk, actor=cast[StandardDuty.OFFICER], now=timezone.now())
        assert Delivery.objects.count() == 1
        transaction.set_rollback(True)
    assert Delivery.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'exchange.deliver'")
        assert cursor.fetchone() == (0,)
