"""Handing in: all of it or nothing; numbers without gaps; clocks that stand; what is kept and what is sealed."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.catalogue.spec import TimeLimit, Unit
from yihu.hub.centres.matters.models import Case, Draft, MatterVersion, NumberSeries
from yihu.hub.centres.matters.services.acting import act_on_case, withdraw_case
from yihu.hub.centres.matters.services.clock import days_between, due_of
from yihu.hub.centres.matters.services.drafts import begin_draft, raw_of_draft, save_draft
from yihu.hub.centres.matters.services.numbers import next_number
from yihu.hub.centres.matters.services.refusals import UnableToApplyError
from yihu.hub.centres.matters.tests.conftest import FORM
from yihu.hub.centres.workflow import api as workflow
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import take_leave
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Leave

pytestmark = pytest.mark.django_db
Apply = Callable[..., Case]
OFFICER, CHIEF = StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF


def act(case: Case, user: Any, verb: str, **more: Any) -> Case:
    with as_system("测试"):
        own = workflow.assignments_for(case.instance, user)[0]
        return act_on_case(case=case, assignment=own, verb=verb, actor=user, now=timezone.now(), **more)


def test_a_case_has_number_title_limit_and_record(apply: Apply, cast: Any) -> None:
    case = apply(cast[OFFICER])
    assert case.number == f"QJ{timezone.localdate().year}-00001"
    assert case.title == "税收管理员：年休假 2 天"
    assert case.clock_from is not None
    assert AccessRecord.objects.get(pk=case.record_number).verb == "case.submit"
    assert not Draft.objects.exists()


def test_personal_numbers_are_sealed_and_kept_from_process_and_log(apply: Apply, cast: Any) -> None:
    case = apply(cast[OFFICER])
    assert case.form["phone"].startswith("sealed:")
    assert "phone" not in case.instance.data
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM audit_accessrecord t")
        assert "13800138000" not in cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, ' ') FROM matters_case t")
        assert "13800138000" not in cursor.fetchone()[0]


def test_a_draft_is_sealed_whole(leave: MatterVersion, cast: Any) -> None:
    draft = begin_draft(version=leave, actor=cast[OFFICER], now=timezone.now())
    save_draft(draft=draft, raw={"reason": "看病", "phone": "13800138000"}, now=timezone.now())
    draft.refresh_from_db()
    assert "看病" not in draft.sealed
    assert raw_of_draft(draft)["phone"] == "13800138000"


def test_what_is_refused_leaves_nothing_and_takes_no_number(apply: Apply, cast: Any) -> None:
    with pytest.raises(UnableToApplyError) as refused:
        apply(cast[OFFICER], end="2026-03-01")
    assert "QJ-001" in {f.code for f in refused.value.faults}
    assert not Case.objects.exists()
    assert apply(cast[OFFICER]).number.endswith("-00001")


def test_days_already_taken_are_told_at_the_form(apply: Apply, cast: Any) -> None:
    take_leave(
        actor=None, now=timezone.now(), user=cast[OFFICER], valid_from=date.fromisoformat(FORM["start"]),
        valid_to=date.fromisoformat(FORM["end"]) + timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(UnableToApplyError, match="MAT-A05") as refused:
        apply(cast[OFFICER])
    (fault,) = refused.value.faults
    assert (fault.code, fault.field) == ("QJ-101", "start")
    assert "已登记休假" in fault.message
    assert not Case.objects.exists()


def test_numbers_have_no_gap_after_a_rollback(leave: MatterVersion) -> None:
    rule, now = leave.bundle.spec.number, timezone.now()
    with transaction.atomic():
        first = next_number(matter=leave.matter, rule=rule, now=now)
    with transaction.atomic():
        next_number(matter=leave.matter, rule=rule, now=now)
        transaction.set_rollback(True)
    with transaction.atomic():
        second = next_number(matter=leave.matter, rule=rule, now=now)
    assert [first[-1], second[-1]] == ["1", "2"]
    assert NumberSeries.objects.get().last == 2


def test_fields_that_cannot_be_typed_are_what_the_program_says(apply: Apply, cast: Any) -> None:
    case = apply(cast[OFFICER], name="别人", office_name="别处")
    assert case.form["name"] == cast[OFFICER].display_name
    assert case.form["office_name"] == cast[OFFICER].office_title


def test_a_return_makes_the_clock_stand_and_a_second_handing_in_lets_it_run(apply: Apply, cast: Any) -> None:
    case = apply(cast[OFFICER])
    case = act(case, cast[CHIEF], "return_to", node_id="Apply", opinion="请补充")
    assert (case.state, case.pause_reason, case.returns) == ("PAUSED", "退回申请人补正", 1)
    case = act(case, cast[OFFICER], "agree", raw={"reason": "补充后的事由"})
    assert (case.state, case.paused_at, case.form["reason"]) == ("OPEN", None, "补充后的事由")
    assert [e.kind for e in case.events.all()] == ["SUBMITTED", "STARTED", "PAUSED", "CHANGED", "RESUMED"]


def test_a_wrong_correction_is_refused_and_nothing_moves(apply: Apply, cast: Any) -> None:
    case = act(apply(cast[OFFICER]), cast[CHIEF], "return_to", node_id="Apply", opinion="请补充")
    with pytest.raises(UnableToApplyError, match="MAT-A05"):
        act(case, cast[OFFICER], "agree", raw={"days": "40"})
    case.refresh_from_db()
    assert (case.state, case.form["days"]) == ("PAUSED", 2)


def test_a_node_changes_its_own_fields_only(apply: Apply, cast: Any) -> None:
    case = act(apply(cast[OFFICER]), cast[CHIEF], "agree", raw={"approved_days": "1.5", "days": "9", "reason": "改"})
    assert case.form["approved_days"] == 1.5
    assert (case.form["days"], case.form["reason"]) == (2, "带父母体检")
    assert case.instance.data["approved_days"] == 1.5


def test_the_end_has_outcome_letter_and_leave(apply: Apply, cast: Any) -> None:
    soon = timezone.localdate() + timedelta(days=10)
    case = apply(cast[OFFICER], start=str(soon), end=str(soon + timedelta(days=1)))
    case = act(case, cast[CHIEF], "agree", opinion="同意")
    assert (case.state, case.outcome, case.outcome_kind, case.worked_days) == ("DONE", "Granted", "granted", 0)
    letter = case.letters.get()
    assert letter.title == "准假通知单"
    assert case.number in letter.text
    assert "{{" not in letter.text
    taken = Leave.objects.get(user=cast[OFFICER])
    assert (taken.valid_from, taken.valid_to, taken.reason) == (soon, soon + timedelta(days=2), case.number)


def test_a_refusal_keeps_its_reason_in_the_letter(apply: Apply, cast: Any) -> None:
    case = act(apply(cast[OFFICER]), cast[CHIEF], "refuse", opinion="当日征期截止")
    assert (case.outcome, case.outcome_kind) == ("REFUSED", "refused")
    assert "当日征期截止" in case.letters.get().text


def test_the_applicant_alone_takes_it_back(apply: Apply, cast: Any) -> None:
    case = apply(cast[OFFICER])
    with pytest.raises(workflow.UnableToActError):
        withdraw_case(case=case, actor=cast[CHIEF], now=timezone.now())
    with as_system("测试"):
        withdraw_case(case=case, actor=cast[OFFICER], now=timezone.now())
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("DONE", "WITHDRAWN")


def test_letters_and_events_cannot_be_changed(apply: Apply, cast: Any) -> None:
    case = act(apply(cast[OFFICER]), cast[CHIEF], "refuse", opinion="不同意")
    for row in (case.letters.get(), case.events.first()):
        row.text = "别的"
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            row.save()


@pytest.mark.parametrize(
    ("unit", "length", "begun", "due"),
    [
        (Unit.WORKING_DAYS, 3, "2026-03-02", "2026-03-05"),
        # The May holiday of 2026: the first to the fifth are off, the ninth is worked.
        (Unit.WORKING_DAYS, 3, "2026-04-29", "2026-05-07"),
        (Unit.CALENDAR_DAYS, 3, "2026-03-02", "2026-03-05"),
        (Unit.CALENDAR_DAYS, 3, "2026-04-29", "2026-05-06"),
        (Unit.WORKING_DAYS, 60, "2026-12-01", None),
    ],
)
def test_limits_by_the_work_calendar(unit: Unit, length: int, begun: str, due: str | None) -> None:
    at = timezone.make_aware(datetime.fromisoformat(f"{begun}T10:00"))
    found = due_of(TimeLimit(length=length, unit=unit), at, 0)
    assert (str(timezone.localtime(found).date()) if found else None) == due


def test_days_on_which_the_clock_stood_are_working_days() -> None:
    first, last = (timezone.make_aware(datetime.fromisoformat(f"2026-{d}T09:00")) for d in ("04-29", "05-07"))
    assert days_between(Unit.WORKING_DAYS, first, last) == 3
    assert days_between(Unit.CALENDAR_DAYS, first, last) == 8
    assert days_between(Unit.WORKING_DAYS, last, first) == 0


def test_the_form_is_json_without_surprises(apply: Apply, cast: Any) -> None:
    case = apply(
        cast[OFFICER], **{"handover.0.what": "走访", "handover.0.due": "2026-04-01", "substitute": "section_chief"}
    )
    assert json.loads(json.dumps(case.form))["handover"] == [{"what": "走访", "due": "2026-04-01"}]
