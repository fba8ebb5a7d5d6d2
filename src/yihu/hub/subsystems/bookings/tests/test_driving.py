"""The odometer only runs forward, and only those concerned write it down."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from yihu.hub.subsystems.bookings.choices import BookingState
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.services import reserving
from yihu.hub.subsystems.bookings.services.driving import write_trip
from yihu.hub.subsystems.bookings.services.refusals import UnableToDriveError
from yihu.hub.subsystems.bookings.tests.conftest import NOW, at

pytestmark = pytest.mark.django_db
BACK = at(13)


@pytest.fixture
def driven(resources: dict[str, Resource], officer: Any) -> Booking:
    return reserving.hold(
        user=officer, code="CL-01", kind="VEHICLE", start=at(9), end=at(12), title="走访", case_number="YC1",
        state=BookingState.CONFIRMED, now=NOW,
    )  # fmt: skip


def write(booking: Booking, actor: Any, **more: Any) -> Any:
    given: dict[str, Any] = {
        "driver": "老王", "out_km": 10_000, "back_km": 10_064, "left_at": at(9), "back_at": at(12), **more,
    }  # fmt: skip
    return write_trip(booking=booking, actor=actor, now=BACK, **given)


def refused(code: str) -> Any:
    return pytest.raises(UnableToDriveError, match=f"（{code}）")


def test_the_vehicle_moves_on_and_the_booking_is_used(driven: Booking, officer: Any) -> None:
    made = write(driven, officer, fuel_litres=Decimal("12.50"))
    driven.refresh_from_db()
    assert (made.kilometres, driven.state) == (64, BookingState.USED)
    assert Resource.objects.get(code="CL-01").odometer_km == 10_064
    with refused("VEH-011"):
        write(driven, officer)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("VEH-009", {"out_km": 9_999}),
        ("VEH-009", {"back_km": 9_999}),
        ("VEH-012", {"back_at": at(9)}),
        ("VEH-012", {"back_at": BACK + timedelta(minutes=1)}),
    ],
)
def test_impossible_figures_are_refused(driven: Booking, officer: Any, code: str, wrong: Any) -> None:
    with refused(code):
        write(driven, officer, **wrong)
    assert Resource.objects.get(code="CL-01").odometer_km == 10_000


def test_only_the_user_and_the_keeper_write(
    driven: Booking, stranger: Any, colleague: Any, cast: dict[Any, Any]
) -> None:
    for other in (stranger, colleague):
        with refused("VEH-010"):
            write(driven, other)
    assert write(driven, cast["SECTION_CHIEF"]).written_by == cast["SECTION_CHIEF"]


def test_a_room_has_no_trip_and_what_waits_is_not_driven(resources: dict[str, Resource], officer: Any) -> None:
    room = reserving.hold(user=officer, code="HY-301", kind="ROOM", start=at(9), end=at(10), title="会", now=NOW)
    with refused("VEH-010"):
        write(room, officer)
    waiting = reserving.hold(user=officer, code="CL-01", kind="VEHICLE", start=at(9), end=at(10), title="会", now=NOW)
    with refused("VEH-011"):
        write(waiting, officer)
