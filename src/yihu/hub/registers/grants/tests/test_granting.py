"""What approved cases leave behind: dated, bounded by law, never overwritten."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.hub.base.row_scope import as_system
from yihu.hub.registers.grants.choices import EntryState, QuotaKind
from yihu.hub.registers.grants.models import InvoiceQuota, TaxDeferral
from yihu.hub.registers.grants.selectors import grants_of, quota_on, standing_quota
from yihu.hub.registers.grants.services import (
    UnableToGrantError,
    enter_change,
    grant_deferral,
    grant_quota,
    months_after,
    record_change,
)
from yihu.hub.registers.grants.tests.conftest import EAST

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 9, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _all(taxpayers: None) -> Iterator[None]:
    with as_system("测试"):
        yield


def quota(amount: str, kind: QuotaKind = QuotaKind.STANDING, *, case: str, now: datetime = NOW) -> InvoiceQuota:
    return grant_quota(number=EAST, kind=kind, amount=Decimal(amount), case_number=case, actor=None, now=now)


def deferral(**more: Any) -> TaxDeferral:
    asked: dict[str, Any] = {
        "number": EAST, "tax_name": "增值税", "period": (date(2026, 2, 1), date(2026, 2, 28)),
        "amount": Decimal("380000.00"), "due_date": date(2026, 3, 16), "deferred_to": date(2026, 6, 16),
        "case_number": "YQ1", "actor": None, "now": NOW, **more,
    }  # fmt: skip
    return grant_deferral(**asked)


def refused(code: str) -> Any:
    return pytest.raises(UnableToGrantError, match=f"（{code}）")


def test_a_new_standing_quota_ends_the_one_before() -> None:
    quota("750000", case="FP1")
    later = datetime(2026, 5, 6, 9, tzinfo=CHINA)
    second = quota("1500000", case="FP2", now=later)
    assert second.previous_amount == Decimal(750000)
    assert quota_on(EAST, date(2026, 3, 1)) is None
    assert quota_on(EAST, date(2026, 5, 5)) == Decimal(750000)
    assert quota_on(EAST, date(2026, 5, 6)) == Decimal(1_500_000)


def test_a_temporary_quota_ends_with_its_month() -> None:
    quota("750000", case="FP1")
    quota("3000000", QuotaKind.TEMPORARY, case="FP2")
    assert quota_on(EAST, date(2026, 3, 31)) == Decimal(3_000_000)
    assert quota_on(EAST, date(2026, 4, 1)) == Decimal(750_000)
    assert standing_quota(EAST, date(2026, 3, 31)) == Decimal(750_000)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("GRT-001", {"number": "91440303MA5NOBODY1"}),
        ("GRT-002", {"amount": Decimal(0)}),
        ("GRT-003", {"deferred_to": date(2026, 3, 16)}),
        ("GRT-003", {"period": (date(2026, 2, 28), date(2026, 2, 1))}),
        ("GRT-004", {"deferred_to": date(2026, 6, 17)}),
    ],
)
def test_a_deferral_outside_the_law_is_refused(code: str, wrong: dict[str, Any]) -> None:
    with refused(code):
        deferral(**wrong)
    assert not TaxDeferral.objects.exists()


def test_the_same_tax_is_not_deferred_twice() -> None:
    deferral()
    with refused("GRT-005"):
        deferral(case_number="YQ2")
    assert deferral(case_number="YQ3", tax_name="企业所得税").pk


def test_a_change_waits_until_it_stands_in_the_system_of_record(cast: dict[Any, Any]) -> None:
    changes = [{"title": "注册地址", "before": "甲路 1 号", "after": "乙路 2 号"}]
    made = record_change(
        number=EAST, changes=changes, changed_date=date(2026, 2, 20), case_number="BG1", actor=None, now=NOW
    )
    assert made.state == EntryState.WAITING
    entered = enter_change(change=made, receipt="JS3-20260302-001", actor=cast["OFFICER"], now=NOW)
    assert (entered.state, entered.entered_by) == (EntryState.ENTERED, cast["OFFICER"])
    with refused("GRT-006"):
        enter_change(change=made, receipt="JS3-20260302-002", actor=cast["OFFICER"], now=NOW)
    assert grants_of([EAST]).changes == (entered,)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 24))
def test_months_after_never_skips_a_month(day: date, months: int) -> None:
    found = months_after(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and months_after(found.replace(day=1), 1) > found)
