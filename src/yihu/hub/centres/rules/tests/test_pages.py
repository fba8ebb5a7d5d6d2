"""Pages: who may open them, what a reader sees, and the steps by HTTP."""

import json
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.models import BackTest, DecisionTable, Suppression, TableVersion
from yihu.hub.centres.rules.services import backtesting, counting, drafting, reviewing
from yihu.hub.centres.rules.services.shipped import load_shipped_tables
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer
from yihu.hub.screens.testing import FormContract, ListContract, OpensForHolders
from yihu.hub.subsystems.household.tests.conftest import District, district, district_home

__all__ = ["district", "district_home"]
ALL = frozenset(str(duty) for duty in StandardDuty)
CHIEF, DIRECTOR, OFFICER = StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR, StandardDuty.OFFICER


@pytest.fixture(autouse=True)
def shipped(db: None) -> None:
    load_shipped_tables(now=timezone.now())


class TestList(ListContract):
    address = "/rules/"
    holders = ALL


class TestTable(OpensForHolders):
    address = "/rules/deferral-approval/"
    holders = ALL


class TestHits(OpensForHolders):
    address = "/rules/leave-approval/?tab=hits"
    holders = ALL


class TestTry(OpensForHolders):
    address = "/rules/leave-approval/try/"
    holders = ALL


class TestTraces(ListContract):
    address = "/rules/leave-approval/traces/"
    holders = frozenset({"OFFICER", "SECTION_CHIEF", "DIRECTOR"})


class TestSuppressions(ListContract):
    address = "/rules/suppressions/"
    holders = frozenset({"SECTION_CHIEF", "DIRECTOR"})


class TestNew(FormContract):
    address = "/rules/new/"
    holders = frozenset({"SECTION_CHIEF"})
    needed: ClassVar[frozenset[str]] = frozenset({"name", "key", "purpose", "valid_from"})


class TestSuppress(FormContract):
    address = "/rules/risk-response/suppress/"
    holders = frozenset({"SECTION_CHIEF", "DIRECTOR"})
    needed: ClassVar[frozenset[str]] = frozenset({"taxpayer_number", "valid_from", "last_day", "reason"})


@pytest.fixture
def draft(cast: dict[StandardDuty, Any]) -> TableVersion:
    return drafting.start_draft(
        table=DecisionTable.objects.get(key="risk-response"), valid_from=timezone.localdate(),
        change_note="示例", actor=cast[CHIEF], now=timezone.now(),
    )  # fmt: skip


def test_the_grid_speaks_chinese_and_names_the_law(client_of: dict[StandardDuty, Client]) -> None:
    text = client_of[OFFICER].get("/rules/deferral-approval/").content.decode()
    assert "不低于 10,000,000" in text
    assert "《税收征收管理法》第三十一条第二款" in text
    assert "not(" not in text


def test_hits_are_listed_by_day_and_rule(client_of: dict[StandardDuty, Client]) -> None:
    counting._gathered.clear()
    for days in (1, 2, 20):
        body = json.dumps({"inputs": {"days": days, "rank": "一般干部"}})
        client_of[OFFICER].post("/rules/leave-approval/evaluate/", body, content_type="application/json")
    counting.flush()
    rows = client_of[OFFICER].get("/rules/leave-approval/?tab=hits&sort=rule").context["rows"]
    assert [[cell["value"] for cell in row["cells"][2:]] for row in rows] == [["规则 1", 2], ["规则 4", 1]]


def test_a_draft_is_for_those_who_write_or_review(draft: TableVersion, client_of: dict[StandardDuty, Client]) -> None:
    address = "/rules/risk-response/versions/2/"
    answers = {duty: one.get(address).status_code for duty, one in client_of.items()}
    assert {duty for duty, status in answers.items() if status == 200} == {CHIEF, DIRECTOR}
    assert client_of[OFFICER].get("/rules/risk-response/versions/1/").status_code == 200


def test_trying_marks_each_cell_and_leaves_nothing(client_of: dict[StandardDuty, Client]) -> None:
    answer = client_of[OFFICER].post("/rules/leave-approval/try/", {"in0": "4", "in1": "一般干部", "on": "2026-11-25"})
    assert (answer.context["outcome"], answer.context["hits"]) == ("分管局领导", (2,))
    marked = answer.context["grid"].rows[0].cells
    assert [cell.passes for cell in marked] == [False, True]
    refused = client_of[OFFICER].post(
        "/rules/leave-approval/try/", {"in0": "-1", "in1": "一般干部", "on": "2026-11-25"}
    )
    assert "DEC-R02" in refused.context["refusal"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"inputs": {"days": 4, "rank": "一般干部"}, "on": "2026-11-25"}', 200, None),
        ('{"inputs": {"days": "x", "rank": "一般干部"}}', 422, "DEC-R01"),
        ('{"inputs": {}, "on": "1999-01-01"}', 422, "RULES-N03"),
        ("[1]", 400, "RULES-J01"),
        ("{", 400, "RULES-J01"),
        ('{"inputs": ' + "[" * 5000, 400, "RULES-J01"),
    ],
)
def test_the_json_door(client_of: dict[StandardDuty, Client], body: str, status: int, code: str | None) -> None:
    answer = client_of[OFFICER].post("/rules/leave-approval/evaluate/", body, content_type="application/json")
    assert answer.status_code == status
    assert json.loads(answer.content).get("code") == code


def test_saving_answers_with_findings_and_refuses_what_is_hostile(
    draft: TableVersion, client_of: dict[StandardDuty, Client]
) -> None:
    address, chief = "/rules/risk-response/versions/2/edit/", client_of[CHIEF]
    changed = draft.xml.replace("&gt;= 80", "&gt;= 95").replace("&gt;= 90", "&gt;= 80", 1)
    answer = chief.post(address, {"xml": changed, "seen": draft.digest})
    assert answer.status_code == 200
    hostile = changed.replace("<decision ", '<import namespace="x"/><decision ')
    refused = chief.post(address, {"xml": hostile, "seen": answer.json()["digest"]})
    assert (refused.status_code, "DEC-X05" in refused.json()["message"]) == (409, True)
    assert client_of[DIRECTOR].post(address, {"xml": changed, "seen": ""}).status_code == 403


def test_steps_by_http_need_two_people(draft: TableVersion, client_of: dict[StandardDuty, Client]) -> None:
    base = "/rules/risk-response/versions/2/"
    assert client_of[CHIEF].post(base + "publish/").status_code == 403
    client_of[CHIEF].post(base + "submit/")
    draft.refresh_from_db()
    assert draft.state == VersionState.IN_REVIEW
    client_of[DIRECTOR].post(base + "publish/", {"note": "同意"})
    draft.refresh_from_db()
    assert (draft.state, draft.reviewed_name) == (VersionState.PUBLISHED, "局领导")


def test_exceptions_are_proposed_and_judged_on_pages(
    client_of: dict[StandardDuty, Client], taxpayer: Taxpayer, elsewhere: Taxpayer
) -> None:
    day = str(timezone.localdate())
    sent = {
        "taxpayer_number": taxpayer.number,
        "rule_id": "",
        "valid_from": day,
        "last_day": day,
        "reason": "法院受理重整",
    }
    address = "/rules/risk-response/suppress/"
    assert client_of[CHIEF].post(address, {**sent, "taxpayer_number": elsewhere.number}).status_code == 422
    assert client_of[CHIEF].post(address, sent).status_code == 302
    with as_system("测试"):
        made = Suppression.objects.get()
    client_of[CHIEF].post(f"/rules/suppressions/{made.pk}/judge/", {"agree": "1"})
    with as_system("测试"):
        made.refresh_from_db()
        assert made.confirmed_by is None
    client_of[DIRECTOR].post(f"/rules/suppressions/{made.pk}/judge/", {"agree": "1"})
    with as_system("测试"):
        made.refresh_from_db()
    assert made.state == "CONFIRMED"


@pytest.mark.parametrize("population", ["HOUSEHOLDS", "INVOICES"])
def test_a_back_test_counts_every_row_and_shows_examples_within_reach(
    population: str,
    draft: TableVersion,
    district: District,
    client_of: dict[StandardDuty, Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    columns = {
        "HOUSEHOLDS": {"in0": "score", "in1": "rule_score", "in2": "sales_amount"},
        "INVOICES": {"in0": "tax_amount", "in1": "amount", "in2": "amount"},
    }[population]
    chief = client_of[CHIEF]
    changed = draft.xml.replace("&gt;= 40", "&gt;= 10")
    chief.post("/rules/risk-response/versions/2/edit/", {"xml": changed, "seen": draft.digest})
    address = "/rules/risk-response/versions/2/backtest/"
    assert chief.post(address, {"population": population}).status_code == 422
    assert chief.post(address, {"population": population, **columns}).status_code == 302
    run = BackTest.objects.get()
    assert client_of[OFFICER].get(f"/rules/backtests/{run.pk}/").status_code == 404
    assert "排队中" in chief.get(f"/rules/backtests/{run.pk}/").content.decode()
    backtesting.carry_out(run_id=run.pk)
    backtesting.carry_out(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == ("DONE", run.total), run.message
    assert sum(one["version"] for one in run.counts) == run.total
    assert run.differing == 0 or run.examples.exists()
    assert chief.get(f"/rules/backtests/{run.pk}/").status_code == 200
    assert chief.get(f"/rules/backtests/{run.pk}/examples/").status_code == 200
    assert AccessRecord.objects.filter(verb="back-test-example.list").count() == 1


def test_a_back_test_of_personal_data_is_refused(
    draft: TableVersion, district: District, cast: dict[StandardDuty, Any]
) -> None:
    run = backtesting.ask_back_test(
        version=draft, population="HOUSEHOLDS", actor=cast[CHIEF], now=timezone.now(),
        columns={"风险分值": "score", "主要规则得分": "rule_score", "年销售额（元）": "phone"},
    )  # fmt: skip
    backtesting.carry_out(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == "FAILED"
    assert "DEC-B03" in run.message


def test_retiring_asks_to_be_sure(draft: TableVersion, cast: dict[StandardDuty, Any], client_of: Any) -> None:
    reviewing.submit(version=draft, accepts_flags=True, actor=cast[CHIEF], now=timezone.now())
    reviewing.publish(version=draft, actor=cast[DIRECTOR], now=timezone.now())
    address, day = "/rules/risk-response/versions/2/retire/", str(timezone.localdate())
    assert client_of[DIRECTOR].post(address, {"last_day_after": day, "note": "试行结束"}).status_code == 422
    sent = {"last_day_after": day, "note": "试行结束", "sure": "on"}
    assert client_of[DIRECTOR].post(address, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.state == VersionState.RETIRED
