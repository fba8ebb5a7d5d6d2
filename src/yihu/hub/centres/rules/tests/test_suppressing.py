"""Exceptions for one taxpayer: two people, a last day, and nobody beyond their reach."""

from datetime import timedelta
from typing import Any

import pytest

from yihu.hub.base.access import Label, Scope
from yihu.hub.base.row_scope import as_system, within
from yihu.hub.centres.rules.api import evaluate_one
from yihu.hub.centres.rules.models import DecisionTable, Suppression, Trace
from yihu.hub.centres.rules.services import suppressing
from yihu.hub.centres.rules.tests.conftest import NOW, TODAY, Someone
from yihu.hub.centres.rules.tests.test_reviewing import refused
from yihu.hub.registers.taxpayers.models import Taxpayer

HIGH = {"score": 95, "rule_score": 70, "sales_amount": 1}
LAST = TODAY + timedelta(days=30)


def proposed(table: DecisionTable, taxpayer: Taxpayer, actor: Any, rule_id: str = "") -> Suppression:
    return suppressing.propose(
        table=table, rule_id=rule_id, taxpayer_number=taxpayer.number, reason="正在重整，法院已受理",
        valid_from=TODAY, valid_to=LAST, actor=actor, now=NOW,
    )  # fmt: skip


@pytest.fixture
def risk(leave: DecisionTable) -> DecisionTable:
    return DecisionTable.objects.get(key="risk-response")


def outcome(taxpayer: Taxpayer, day: Any = TODAY) -> tuple[str, bool]:
    subject = Someone(kind="risk", number=taxpayer.household_id, taxpayer_number=taxpayer.number)
    found = evaluate_one("risk-response", HIGH, on=day, now=NOW, subject=subject)
    return found.outcome, found.suppressed


def test_it_counts_once_a_second_person_agreed_and_until_its_day(
    risk: DecisionTable, taxpayer: Taxpayer, elsewhere: Taxpayer, author: Any, reviewer: Any
) -> None:
    made = proposed(risk, taxpayer, author)
    assert outcome(taxpayer) == ("税务稽查", False)
    refused("RULES-S04", lambda: suppressing.judge(suppression=made, agree=True, note="", actor=author, now=NOW))
    suppressing.judge(suppression=made, agree=True, note="", actor=reviewer, now=NOW)
    assert outcome(taxpayer) == ("（无结果）", True)
    assert outcome(elsewhere) == ("税务稽查", False)
    assert outcome(taxpayer, LAST) == ("税务稽查", False)
    suppressing.end(suppression=made, note="重整终结", actor=author, now=NOW)
    assert outcome(taxpayer) == ("税务稽查", False)


def test_one_rule_excepted_lets_the_next_answer(
    risk: DecisionTable, taxpayer: Taxpayer, author: Any, reviewer: Any
) -> None:
    made = proposed(risk, taxpayer, author, rule_id="risk-response-1")
    suppressing.judge(suppression=made, agree=True, note="", actor=reviewer, now=NOW)
    assert outcome(taxpayer) == ("实地核查", True)


def test_nobody_excepts_beyond_their_reach_without_a_reason_or_an_end(
    risk: DecisionTable, taxpayer: Taxpayer, elsewhere: Taxpayer, author: Any, reviewer: Any
) -> None:
    refused("RULES-S01", lambda: proposed(risk, elsewhere, author))
    common = {"table": risk, "rule_id": "", "taxpayer_number": taxpayer.number, "actor": author, "now": NOW}
    refused("RULES-S02", lambda: suppressing.propose(reason=" ", valid_from=TODAY, valid_to=LAST, **common))
    for first, last in ((TODAY, TODAY), (TODAY - timedelta(days=1), LAST), (TODAY, TODAY + timedelta(days=400))):
        refused(
            "RULES-S03",
            lambda first=first, last=last: suppressing.propose(
                reason="理由充分", valid_from=first, valid_to=last, **common
            ),
        )
    of_west = proposed(risk, elsewhere, reviewer)
    refused("RULES-S01", lambda: suppressing.judge(suppression=of_west, agree=True, note="", actor=author, now=NOW))
    refused("RULES-S01", lambda: suppressing.end(suppression=of_west, note="不", actor=author, now=NOW))


def test_rows_are_behind_the_second_wall(
    risk: DecisionTable, taxpayer: Taxpayer, elsewhere: Taxpayer, author: Any, reviewer: Any, web_role: None
) -> None:
    with as_system("测试"):
        proposed(risk, elsewhere, reviewer)
        proposed(risk, taxpayer, author)
        outcome(taxpayer)
        outcome(elsewhere)
    east = Scope(offices=("1440303",), clearance=Label.SENSITIVE)
    with within(east, user_id=author.pk, permission="rules.view"):
        assert [one.taxpayer_number for one in Suppression.objects.all()] == [taxpayer.number]
        assert [one.taxpayer_number for one in Trace.objects.all()] == [taxpayer.number]
        assert not Suppression.objects.update(reason="改")
    with within(Scope(), user_id=author.pk, permission="rules.view"):
        assert not Suppression.objects.exists()
        assert not Trace.objects.exists()
    assert not Trace.objects.exists()
