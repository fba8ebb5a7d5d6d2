"""Rooms and vehicles of the stage: the bureau's big hall is shared, the east office has a room and a car."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from yihu.hub.conftest import appointed, cast, client_of, offices
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.subsystems.bookings.models import Resource

__all__ = ["cast", "client_of", "offices"]
CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)


def at(hour: int, minute: int = 0, day: int = 3) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.fixture
def resources(offices: dict[str, Any]) -> dict[str, Resource]:
    def make(code: str, kind: str, office: str, capacity: int, **more: Any) -> Resource:
        return Resource.objects.create(
            code=code, kind=kind, name=f"{code} 号", office=offices[office], capacity=capacity, **more
        )

    return {
        "room": make("HY-301", "ROOM", "east", 12, equipment=["PROJECTOR"]),
        "small": make("HY-302", "ROOM", "east", 6),
        "hall": make("HY-901", "ROOM", "bureau", 120, is_shared=True),
        "private": make("HY-902", "ROOM", "bureau", 10),
        "car": make("CL-01", "VEHICLE", "east", 4, plate="粤B12345", energy="ELECTRIC", odometer_km=10_000),
    }


@pytest.fixture
def officer(cast: dict[StandardDuty, Any]) -> Any:
    return cast[StandardDuty.OFFICER]


@pytest.fixture
def colleague(offices: dict[str, Any]) -> Any:
    return appointed(StandardDuty.OFFICER, offices["east"], "colleague")


@pytest.fixture
def stranger(offices: dict[str, Any]) -> Any:
    return appointed(StandardDuty.OFFICER, offices["west"], "stranger")
