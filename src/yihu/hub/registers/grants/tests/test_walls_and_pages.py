"""Rows of a taxpayer out of reach are not there: on the page, in the table, and for the writer."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from yihu.hub.base.access import scope_for
from yihu.hub.base.row_scope import as_system, within
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.registers.grants.choices import QuotaKind
from yihu.hub.registers.grants.models import InvoiceQuota, RegistrationChange
from yihu.hub.registers.grants.services import grant_quota, record_change
from yihu.hub.registers.grants.tests.conftest import EAST, WEST
from yihu.hub.registers.grants.tests.test_granting import NOW
from yihu.hub.screens.testing import ListContract

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rows(taxpayers: None) -> None:
    with as_system("测试"):
        for at, number in enumerate((EAST, WEST)):
            grant_quota(number=number, kind=QuotaKind.STANDING, amount=Decimal(750_000), case_number=f"FP{at}",
                        actor=None, now=NOW)  # fmt: skip
            record_change(number=number, changes=[{"title": "名称", "before": "甲", "after": "乙"}],
                          changed_date=date(2026, 2, 20), case_number=f"BG{at}", actor=None, now=NOW)  # fmt: skip


class TestGrants(ListContract):
    address = "/grants/"
    holders = frozenset({"OFFICER", "SECTION_CHIEF", "DIRECTOR"})


@pytest.mark.usefixtures("web_role")
def test_an_officer_sees_and_writes_only_the_own_offices_rows(cast: dict[Any, Any]) -> None:
    officer = cast[StandardDuty.OFFICER]
    with within(scope_for(officer, "household.view"), user_id=officer.pk, permission="household.view"):
        assert [q.number for q in InvoiceQuota.objects.all()] == [EAST]
        assert [c.number for c in RegistrationChange.objects.all()] == [EAST]
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            InvoiceQuota.objects.create(
                number=WEST, taxpayer_name="越权", case_number="X", decided_at=NOW, kind="TEMPORARY",
                amount=Decimal(1), valid_from=NOW.date(),
            )  # fmt: skip
        assert not InvoiceQuota.objects.filter(number=WEST).update(amount=Decimal(1))
    assert not InvoiceQuota.objects.exists()


def test_looking_leaves_a_record(client_of: dict[Any, Client]) -> None:
    client_of[StandardDuty.OFFICER].get("/grants/?tab=changes")
    assert AccessRecord.objects.filter(verb__startswith="grants").exists()


def test_a_change_is_entered_once_and_by_who_may(client_of: dict[Any, Client]) -> None:
    with as_system("测试"):
        found = RegistrationChange.objects.get(number=EAST)
    address = f"/grants/changes/{found.pk}/enter/"
    assert client_of[StandardDuty.DIRECTOR].post(address, {"receipt": "JS-0001"}).status_code == 403
    assert client_of[StandardDuty.OFFICER].post(address, {"receipt": "x"}).status_code == 422
    assert client_of[StandardDuty.OFFICER].post(address, {"receipt": "JS-0001"}).status_code == 302
    assert client_of[StandardDuty.OFFICER].post(address, {"receipt": "JS-0002"}).status_code == 422
    with as_system("测试"):
        found.refresh_from_db()
    assert found.entry_receipt == "JS-0001"


@pytest.fixture
def as_web(web_role: None) -> Callable[[], None]:
    return lambda: None


def test_a_change_of_another_office_is_not_there(client_of: dict[Any, Client], as_web: Any) -> None:
    with as_system("测试"):
        found = RegistrationChange.objects.get(number=WEST)
    assert client_of[StandardDuty.OFFICER].get(f"/grants/changes/{found.pk}/enter/").status_code == 404
    assert WEST not in client_of[StandardDuty.OFFICER].get("/grants/").content.decode()
