"""Reconciliation: what was lost between two systems is found, told and mended; what our people ended stays ended."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.tests.receiver import Receiver, listening
from yihu.hub.centres.exchange.tests.rows import Caller, caller_of, system_of
from yihu.hub.centres.tasks.models import Reconciliation, Todo
from yihu.hub.centres.tasks.services.fetching import reconcile_all
from yihu.hub.centres.tasks.services.outside import milliseconds
from yihu.hub.centres.tasks.services.reading import mark_read
from yihu.hub.centres.tasks.tests.reports import report_of
from yihu.hub.conftest import appointed
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import ListContract, OpensForHolders

pytestmark = pytest.mark.django_db
TODOS = "/api/exchange/v1/todos"
READERS = frozenset({"SECURITY_ADMIN", "SYSTEM_ADMIN", "AUDITOR"})


@pytest.fixture(autouse=True)
def _own_state(settings: Any, tmp_path: Any) -> None:
    settings.STATE = tmp_path


@pytest.fixture
def system(offices: dict[str, Any], cast: dict[Any, Any]) -> OutsideSystem:
    return system_of(offices["bureau"], cast[StandardDuty.SECURITY_ADMIN], code="oa")


@pytest.fixture
def caller(system: OutsideSystem) -> Caller:
    return caller_of(system)


@pytest.fixture
def second(client_of: dict[Any, Client]) -> Client:
    return client_of[StandardDuty.SYSTEM_ADMIN]


def push(caller: Caller, *keys: str, **over: Any) -> None:
    items = [{"key": key, "receivers": ["officer"], "title": f"事 {key}", "stamp": 1000} | over for key in keys]
    assert caller.call(Client(), "POST", f"{TODOS}/batch", {"items": items}).json()["refused"] == 0


def listed(*items: dict[str, Any], as_of: int = 0) -> dict[str, Any]:
    return {"as_of": as_of or milliseconds(timezone.now()), "items": list(items)}


def one(key: str, **over: Any) -> dict[str, Any]:
    return {"key": key, "receiver": "officer", "stamp": 1000} | over


def lost(caller: Caller, cast: dict[Any, Any]) -> dict[str, Any]:
    """A to-do of each fate: same, gone there, newer there, unknown here (with and without words), ended by us."""
    push(caller, "SAME", "GONE", "NEWER")
    push(caller, "READ", state="to_read")
    with as_system("核对"):
        todo = Todo.objects.get(key="READ")
    mark_read(todo_id=todo.pk, actor=cast[StandardDuty.OFFICER], now=timezone.now())
    return listed(
        one("SAME"), one("NEWER", stamp=2000, title="新标题"), one("NEW", title="丢失的"), one("BARE"),
        one("READ", title="已阅的", state="to_read"), one("ODD", receiver="nobody", title="没有此人"),
    )  # fmt: skip


def states() -> dict[str, tuple[str, str]]:
    with as_system("核对"):
        return {key: (state, title) for key, state, title in Todo.objects.values_list("key", "state", "title")}


EXPECTED = {
    ("missing", "NEW"), ("missing", "BARE"), ("missing", "ODD"), ("stale", "NEWER"), ("extra", "GONE"),
    ("ended_here", "READ"),
}  # fmt: skip


def test_a_sent_list_is_compared_and_mended_by_one_click(
    caller: Caller, cast: dict[Any, Any], second: Client, outside: Client
) -> None:
    answer = caller.call(outside, "POST", f"{TODOS}/reconciliations", lost(caller, cast))
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["state"], found["theirs"], found["ours"], found["differing"]) == ("open", 6, 3, 6)
    assert {(d["kind"], d["key"]) for d in found["differences"]} == EXPECTED
    assert states()["GONE"][0] == "PENDING", "a report alone changes nothing"
    page = second.post(f"/tasks/reconciliations/{found['number']}/mend/", follow=True).content.decode()
    assert "已修正 3 条，3 条不能自动修正" in page
    after = states()
    assert after["GONE"][0] == "WITHDRAWN"
    assert after["NEWER"] == ("PENDING", "新标题")
    assert after["NEW"] == ("PENDING", "丢失的")
    assert after["READ"][0] == "DONE", "what our people ended is not undone"
    again = caller.call(outside, "GET", f"{TODOS}/reconciliations/{found['number']}").json()
    assert (again["state"], again["mended"]) == ("mended", 3)
    notes = {d["key"]: d["note"] for d in again["differences"]}
    assert "接收人nobody不存在" in notes["ODD"]
    assert "重新推送" in notes["BARE"]
    assert AccessRecord.objects.get(verb="reconciliation.mend").target == "outside-system:oa"


def test_what_came_after_the_list_is_left_alone(caller: Caller, outside: Client) -> None:
    now = milliseconds(timezone.now())
    push(caller, "LATER", stamp=now)
    answer = caller.call(outside, "POST", f"{TODOS}/reconciliations", listed(as_of=now - 1))
    assert answer.json()["state"] == "clean"
    answer = caller.call(outside, "POST", f"{TODOS}/reconciliations", listed(as_of=now))
    assert {(d["kind"], d["key"]) for d in answer.json()["differences"]} == {("extra", "LATER")}


def test_a_list_of_the_future_is_refused(caller: Caller, outside: Client) -> None:
    ahead = milliseconds(timezone.now() + timedelta(minutes=5))
    answer = caller.call(outside, "POST", f"{TODOS}/reconciliations", listed(as_of=ahead))
    assert (answer.status_code, answer.json()["field"]) == (422, "as_of")


def test_terms_may_let_it_mend_itself(
    caller: Caller, cast: dict[Any, Any], system: OutsideSystem, outside: Client
) -> None:
    OutsideSystem.objects.filter(pk=system.pk).update(mends_itself=True)
    found = caller.call(outside, "POST", f"{TODOS}/reconciliations", lost(caller, cast)).json()
    assert (found["state"], found["mended"]) == ("mended", 3)
    second_time = caller.call(outside, "POST", f"{TODOS}/reconciliations", listed(
        one("SAME"), one("NEWER", stamp=2000), one("NEW")
    )).json()  # fmt: skip
    assert second_time["state"] == "clean"


def test_reports_of_others_are_not_there(
    caller: Caller, offices: dict[str, Any], cast: dict[Any, Any], outside: Client
) -> None:
    number = caller.call(outside, "POST", f"{TODOS}/reconciliations", listed()).json()["number"]
    other = caller_of(system_of(offices["east"], cast[StandardDuty.SECURITY_ADMIN], code="other"))
    answer = other.call(outside, "GET", f"{TODOS}/reconciliations/{number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "EXC-030")


@pytest.fixture
def receiver(settings: Any, system: OutsideSystem) -> Iterator[Receiver]:
    with listening() as found:
        settings.EXCHANGE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
        settings.EXCHANGE_PLAIN_HOSTS = [found.host]
        system.hosts, system.list_url = [found.host], found.url
        system.save()
        yield found


def test_every_night_the_list_is_fetched(
    caller: Caller, cast: dict[Any, Any], receiver: Receiver, web_role: None
) -> None:
    receiver.body = json.dumps(lost(caller, cast)).encode()
    (report,) = reconcile_all(now=timezone.now())
    assert (report.way, report.state, report.differing) == ("FETCHED", "OPEN", 6)
    assert "Signature" in receiver.heard[0]["headers"]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(500, b"", "对方应答 500"), (200, b"<html>", "不是 JSON"), (200, b'{"items": [{}]}', "不符合格式"),
     (200, b'{"as_of": 1, "items": [{"key": "a", "receiver": "b", "stamp": 1, "title": "\\u0000"}]}', "不符合格式")],
)  # fmt: skip
def test_a_list_that_cannot_be_had_leaves_a_report_that_says_so(
    receiver: Receiver, status: int, body: bytes, said: str
) -> None:
    receiver.answers, receiver.body = [status], body
    (report,) = reconcile_all(now=timezone.now())
    assert report.state == "FAILED"
    assert said in report.failure


def test_a_list_is_fetched_by_hand(receiver: Receiver, second: Client) -> None:
    receiver.body = json.dumps(listed()).encode()
    page = second.post("/tasks/reconciliations/fetch/", {"system": "oa"}, follow=True).content.decode()
    assert "一致" in page
    assert second.post("/tasks/reconciliations/fetch/", {"system": "nobody"}).status_code == 404


def test_another_offices_report_is_not_mended(offices: dict[str, Any], cast: dict[Any, Any]) -> None:
    system_of(offices["bureau"], cast[StandardDuty.SECURITY_ADMIN])
    report = report_of(offices["bureau"])
    stranger = Client()
    stranger.force_login(appointed(StandardDuty.SYSTEM_ADMIN, offices["east"], "east-system"))
    assert stranger.get(f"/tasks/reconciliations/{report.pk}/").status_code == 404
    assert stranger.post(f"/tasks/reconciliations/{report.pk}/mend/").status_code == 404
    assert not stranger.get("/tasks/reconciliations/").context["rows"]
    assert Reconciliation.objects.get(pk=report.pk).state == "OPEN"


@pytest.fixture
def report(offices: dict[str, Any], cast: dict[Any, Any]) -> Reconciliation:
    system_of(offices["bureau"], cast[StandardDuty.SECURITY_ADMIN])
    return report_of(offices["bureau"])


@pytest.mark.usefixtures("report")
class TestReports(ListContract):
    address, holders = "/tasks/reconciliations/", READERS


class TestReport(OpensForHolders):
    holders = READERS

    @pytest.fixture(autouse=True)
    def _address(self, report: Reconciliation) -> None:
        self.address = f"/tasks/reconciliations/{report.pk}/"

    def test_mending_stands_only_for_those_who_may(self, client_of: dict[Any, Client]) -> None:
        pages = {duty: client_of[StandardDuty[duty]].get(self.address).content.decode() for duty in READERS}
        assert {duty for duty, page in pages.items() if "一键修正" in page} == {"SYSTEM_ADMIN"}


@pytest.fixture
def outside() -> Client:
    return Client(raise_request_exception=False)
