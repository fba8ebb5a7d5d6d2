"""What callers get: by day, pinned, about somebody, with shadows beside."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.rules.api import NoDecisionError, UnableToDecideError, evaluate_one, version_for
from yihu.hub.centres.rules.models import DayHits, DecisionTable, TableVersion, Trace
from yihu.hub.centres.rules.selectors.tables import counts_by_rule, shadow_counts
from yihu.hub.centres.rules.services import counting, reviewing
from yihu.hub.centres.rules.services.shipped import load_shipped_tables
from yihu.hub.centres.rules.tests.conftest import NOW, TODAY, Someone

WIDER = (("&lt;= 3", "&lt;= 5"), ("(3..15]", "(5..15]"))
FIVE_DAYS = {"days": 5, "rank": "一般干部"}


def test_a_decision_names_rule_clause_version_and_digest(leave: DecisionTable) -> None:
    found = evaluate_one("leave-approval", {"days": "2.5", "rank": "一般干部"}, on=TODAY, now=NOW)
    assert (found.value, found.hits, found.rules) == ("科所长", (1,), ("leave-approval-1",))
    assert found.clauses[0].startswith("本机关请销假制度")
    assert (found.version, found.digest) == (1, leave.versions.get().digest)


def test_a_new_version_answers_from_its_day_and_the_pinned_one_stays(published: Callable[..., TableVersion]) -> None:
    published(*WIDER, valid_from=TODAY + timedelta(days=3))
    answers = [
        evaluate_one("leave-approval", FIVE_DAYS, on=day, now=NOW).value
        for day in (TODAY, TODAY + timedelta(days=2), TODAY + timedelta(days=3))
    ]
    assert answers == ["分管局领导", "分管局领导", "科所长"]
    later = TODAY + timedelta(days=30)
    assert version_for("leave-approval", on=later) == 2
    assert evaluate_one("leave-approval", FIVE_DAYS, on=later, now=NOW, version=1).value == "分管局领导"


def test_a_draft_answers_nobody(drafted: Callable[..., TableVersion]) -> None:
    drafted(*WIDER)
    assert evaluate_one("leave-approval", FIVE_DAYS, on=TODAY, now=NOW).version == 1


def test_a_retired_version_gives_way_to_the_earlier_one(published: Callable[..., TableVersion], reviewer: Any) -> None:
    version = published(*WIDER)
    last = TODAY + timedelta(days=10)
    reviewing.retire(version=version, last_day_after=last, actor=reviewer, now=NOW, note="试行结束")
    assert version_for("leave-approval", on=last - timedelta(days=1)) == 2
    assert version_for("leave-approval", on=last) == 1


@pytest.mark.parametrize(
    ("key", "inputs", "on", "code"),
    [
        ("nothing", {}, TODAY, "RULES-N01"),
        ("leave-approval", FIVE_DAYS, date(2025, 12, 31), "RULES-N03"),
        ("leave-approval", {"days": "多", "rank": "一般干部"}, TODAY, "DEC-R01"),
        ("leave-approval", {"days": 0, "rank": "一般干部"}, TODAY, "DEC-R02"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_a_code(
    leave: DecisionTable, key: str, inputs: dict[str, object], on: date, code: str
) -> None:
    with pytest.raises((NoDecisionError, UnableToDecideError), match=code) as caught:
        evaluate_one(key, inputs, on=on, now=NOW)
    assert caught.value.code == code


def test_hits_are_counted_in_lumps_and_only_decisions_about_somebody_leave_a_row(leave: DecisionTable) -> None:
    for days in (1, 2, 20):
        evaluate_one("leave-approval", {"days": days, "rank": "一般干部"}, on=TODAY, now=NOW)
    assert not DayHits.objects.exists()
    assert counting.flush() == 2
    evaluate_one("leave-approval", {"days": 1, "rank": "一般干部"}, on=TODAY, now=NOW)
    counting.flush()
    assert counts_by_rule(leave.versions.get(), TODAY) == {1: 3, 4: 1}
    assert not Trace.objects.exists()
    found = evaluate_one("leave-approval", {"days": 1, "rank": "一般干部"}, on=TODAY, now=NOW, subject=Someone())
    with as_system("测试"):
        kept = Trace.objects.get(pk=found.trace_id)
    assert (kept.hits, kept.outcome["text"], kept.inputs) == ([1], "科所长", {"days": 1, "rank": "一般干部"})


def test_a_day_begins_at_midnight_here_and_not_in_greenwich(leave: DecisionTable) -> None:
    after_midnight = timezone.make_aware(datetime(2026, 11, 26, 0, 30))
    evaluate_one("leave-approval", FIVE_DAYS, on=TODAY, now=after_midnight.astimezone(UTC))
    counting.flush()
    assert [one.day for one in DayHits.objects.all()] == [date(2026, 11, 26)]


def test_a_shadow_is_counted_and_its_differences_listed_while_the_decision_stands(
    drafted: Callable[..., TableVersion], author: Any
) -> None:
    shadow = drafted(*WIDER)
    reviewing.set_shadow(version=shadow, on=True, actor=author)
    answers = [
        evaluate_one("leave-approval", {"days": days, "rank": "一般干部"}, on=TODAY, now=NOW, subject=Someone()).value
        for days in (1, 4, 5, 6)
    ]
    assert answers == ["科所长", "分管局领导", "分管局领导", "分管局领导"]
    counting.flush()
    assert shadow_counts(shadow) == (2, 2)
    with as_system("测试"):
        differences = list(shadow.differences.order_by("id"))
    assert [(one.outcome["text"], one.shadow_outcome["text"]) for one in differences] == [("分管局领导", "科所长")] * 2


def test_several_outputs_and_the_law_of_deferral(leave: DecisionTable) -> None:
    asked = {"months": 3, "in_time": True, "hardship": "不可抗力", "planned_city": False, "amount": "9999999.99"}
    found = evaluate_one("deferral-approval", asked, on=TODAY, now=NOW)
    assert found.value == {"office": "省税务局", "route": "分管局领导", "days": Decimal(20)}
    late = evaluate_one("deferral-approval", {**asked, "in_time": False}, on=TODAY, now=NOW)
    assert late.outputs[0]["office"] == "不予受理"
    assert "第四十二条" in late.clauses[0]


def test_shipped_tables_are_loaded_once_and_have_nothing_to_complain_of(leave: DecisionTable) -> None:
    assert load_shipped_tables(now=NOW) == []
    assert {version.table.key: version.findings for version in TableVersion.objects.select_related("table")} == {
        "leave-approval": [],
        "deferral-approval": [],
        "invoice-quota": [],
        "risk-response": [],
    }
