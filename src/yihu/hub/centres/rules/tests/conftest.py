"""Tables at hand: one published, and helpers to change it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.rules.models import DecisionTable, TableVersion
from yihu.hub.centres.rules.services import counting, drafting, reviewing
from yihu.hub.centres.rules.services.shipped import load_shipped_tables
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer

NOW = timezone.make_aware(datetime(2026, 11, 25, 9, 0))
TODAY = date(2026, 11, 25)
JUNIOR = '"一般干部"'


@dataclass
class Someone:
    """Whom a decision is about."""

    kind: str = "leave"
    number: str = "L1"
    taxpayer_number: str | None = None
    office_code: str = "1440303"
    label: int = 1


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    counting._gathered.clear()


@pytest.fixture
def author(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.SECTION_CHIEF]


@pytest.fixture
def reviewer(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.DIRECTOR]


@pytest.fixture
def leave(db: None) -> DecisionTable:
    """请假审批层级 as shipped: in force from 2026-01-01."""
    load_shipped_tables(now=NOW)
    return DecisionTable.objects.get(key="leave-approval")


@pytest.fixture
def drafted(leave: DecisionTable, author: Any) -> Callable[..., TableVersion]:
    """A draft of the leave table with replacements made in its XML."""

    def make(*changes: tuple[str, str], valid_from: date = TODAY) -> TableVersion:
        version = drafting.start_draft(
            table=leave, valid_from=valid_from, change_note="放宽科长权限", actor=author, now=NOW
        )
        xml = version.xml
        for before, after in changes:
            assert before in xml
            xml = xml.replace(before, after, 1)
        return drafting.save_draft(version=version, xml=xml, seen=version.digest, actor=author)

    return make


@pytest.fixture
def published(drafted: Callable[..., TableVersion], author: Any, reviewer: Any) -> Callable[..., TableVersion]:
    """The same, sent by one person and published by another."""

    def make(*changes: tuple[str, str], valid_from: date = TODAY) -> TableVersion:
        version = drafted(*changes, valid_from=valid_from)
        reviewing.submit(version=version, accepts_flags=True, actor=author, now=NOW)
        reviewing.publish(version=version, actor=reviewer, now=NOW)
        version.refresh_from_db()
        return version

    return make


@pytest.fixture
def taxpayer(offices: dict[str, Any]) -> Taxpayer:
    """A taxpayer of the east office."""
    return _taxpayer("91440300MA0000001X", "罗湖一号", "1440303", "440303")


@pytest.fixture
def elsewhere(offices: dict[str, Any]) -> Taxpayer:
    """A taxpayer of the west office."""
    return _taxpayer("91440300MA0000002X", "南山二号", "1440305", "440305")


def _taxpayer(number: str, name: str, office: str, division: str) -> Taxpayer:
    with as_system("测试"):
        return Taxpayer.objects.create(
            number=number, household_id=f"H{number[-4:]}", name=name, office_code=office, division_code=division
        )
