"""One thing for one at a time: holding, confirming, moving, letting go."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.subsystems.bookings.choices import LIVE, BookingState, ResourceState
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.selectors.resources import list_free, span
from yihu.hub.subsystems.bookings.services import reserving
from yihu.hub.subsystems.bookings.services.checking import check_any_free
from yihu.hub.subsystems.bookings.services.refusals import UnableToBookError
from yihu.hub.subsystems.bookings.tests.conftest import NOW, at

pytestmark = pytest.mark.django_db


def hold(user: Any, code: str = "HY-301", start: datetime | None = None, hours: float = 1, **more: Any) -> Booking:
    begin = start or at(9)
    given: dict[str, Any] = {"kind": "ROOM", "title": "会商", "people": 4, "now": NOW, "case_number": "", **more}
    return reserving.hold(user=user, code=code, start=begin, end=begin + timedelta(hours=hours), **given)


def refused(code: str) -> Any:
    return pytest.raises(UnableToBookError, match=f"（{code}）")


def test_what_touches_without_overlap_is_no_clash(resources: dict[str, Resource], officer: Any, colleague: Any) -> None:
    hold(officer, start=at(9))
    assert hold(colleague, start=at(10)).state == BookingState.HELD


def test_a_taken_time_is_refused_with_other_rooms_and_other_times(
    resources: dict[str, Resource], officer: Any, colleague: Any
) -> None:
    hold(officer, start=at(9), hours=2)
    with refused("BKG-004") as caught:
        hold(colleague, start=at(10))
    said = str(caught.value)
    assert "HY-302 号" in said
    assert "HY-901 号" in said
    assert "HY-902 号" not in said, "the bureau's own room is not open to the branch"
    assert "11:00–12:00" in said


def test_the_offered_times_are_really_free(resources: dict[str, Resource], officer: Any, colleague: Any) -> None:
    for hour in (9, 11, 12, 14):
        hold(officer, start=at(hour), case_number=f"C{hour}")
    with refused("BKG-004"):
        hold(colleague, start=at(11))
    for hour in (10, 13, 15):
        hold(colleague, start=at(hour), case_number=f"D{hour}")


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("BKG-001", {"hours": 0}),
        ("BKG-001", {"hours": -1}),
        ("BKG-001", {"hours": 24 * 32}),
        ("BKG-002", {"code": "HY-999"}),
        ("BKG-002", {"code": "HY-902"}),
        ("BKG-002", {"code": "CL-01"}),
        ("BKG-005", {"people": 13}),
        ("BKG-006", {"start": at(8, day=1)}),
    ],
)
def test_refusals_have_stable_codes(resources: dict[str, Resource], officer: Any, code: str, asked: Any) -> None:
    with refused(code):
        hold(officer, **asked)
    assert not Booking.objects.exists()


def test_too_few_seats_names_the_larger_room(resources: dict[str, Resource], officer: Any) -> None:
    with refused("BKG-005") as caught:
        hold(officer, people=30)
    assert "HY-901 号" in str(caught.value)


def test_what_is_out_of_service_is_refused(resources: dict[str, Resource], officer: Any) -> None:
    Resource.objects.filter(code="HY-301").update(state=ResourceState.MAINTENANCE)
    with refused("BKG-003"):
        hold(officer)


def test_people_below_may_use_what_is_shared(resources: dict[str, Resource], stranger: Any) -> None:
    assert hold(stranger, code="HY-901").resource == resources["hall"]
    with refused("BKG-002"):
        hold(stranger, code="HY-301")


def test_a_case_handed_in_anew_takes_the_place_of_its_own(resources: dict[str, Resource], officer: Any) -> None:
    first = hold(officer, case_number="HY2026-00001")
    second = hold(officer, case_number="HY2026-00001", hours=2)
    first.refresh_from_db()
    assert (first.state, second.state) == (BookingState.RELEASED, BookingState.HELD)


def test_confirm_keeps_and_release_lets_go(resources: dict[str, Resource], officer: Any, colleague: Any) -> None:
    hold(officer, case_number="HY2026-00002")
    assert reserving.confirm(case_number="HY2026-00002", actor=officer, now=NOW).state == BookingState.CONFIRMED
    assert reserving.release(case_number="HY2026-00002", reason="不同意", now=NOW) == 1
    assert reserving.release(case_number="HY2026-00002", reason="不同意", now=NOW) == 0
    assert hold(colleague).state == BookingState.HELD
    with refused("BKG-007"):
        reserving.confirm(case_number="HY2026-00002", actor=officer, now=NOW)
    verbs = set(AccessRecord.objects.values_list("verb", flat=True))
    assert {"booking.make", "booking.confirm", "booking.cancel"} <= verbs


def test_moving_asks_again_and_leaves_the_old_time_free(
    resources: dict[str, Resource], officer: Any, colleague: Any, stranger: Any
) -> None:
    mine, other = hold(officer, start=at(9)), hold(colleague, start=at(11))
    asked = {"resource": resources["room"], "actor": officer, "now": NOW}
    with refused("BKG-004"):
        reserving.move(booking=mine, start=at(10, 30), end=at(11, 30), **asked)
    with refused("BKG-008"):
        reserving.move(booking=other, start=at(15), end=at(16), **asked)
    moved = reserving.move(booking=mine, start=at(9, 30), end=at(10, 30), **asked)
    assert moved.during.lower == at(9, 30)
    assert hold(colleague, start=at(8, 30)).state == BookingState.HELD


def test_a_keeper_may_cancel_and_a_stranger_may_not(
    resources: dict[str, Resource], officer: Any, stranger: Any, cast: dict[Any, Any]
) -> None:
    booked = hold(officer)
    with refused("BKG-008"):
        reserving.cancel(booking=booked, reason="占用", actor=stranger, now=NOW)
    reserving.cancel(booking=booked, reason="另有安排", actor=cast["SECTION_CHIEF"], now=NOW)
    with refused("BKG-007"):
        reserving.cancel(booking=booked, reason="再来", actor=officer, now=NOW)


def test_postgresql_itself_refuses_an_overlap(resources: dict[str, Resource], officer: Any) -> None:
    hold(officer)
    with pytest.raises(IntegrityError, match="bookings_never_overlap"), transaction.atomic():
        Booking.objects.create(
            resource=resources["room"], during=span(at(9, 30), at(9, 45)), title="x", booked_for=officer, made_at=NOW
        )


def test_any_free_vehicle_is_counted(resources: dict[str, Resource], officer: Any) -> None:
    asked = {"user": officer, "kind": "VEHICLE", "start": at(9), "end": at(12), "now": NOW}
    assert check_any_free(people=4, **asked) == 1
    with refused("BKG-004"):
        check_any_free(people=5, **asked)
    hold(officer, code="CL-01", kind="VEHICLE")
    with refused("BKG-004"):
        check_any_free(people=1, **asked)


class NothingEverOverlaps(TestCase):
    """Random sequences of holding, moving and letting go: live bookings of one room never overlap."""

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["hold", "move", "release"]), st.integers(0, 40), st.integers(1, 8)), max_size=25
        )
    )
    def test_it(self, verbs: list[tuple[str, int, int]]) -> None:
        from yihu.hub.conftest import appointed
        from yihu.hub.foundation.org.choices import OfficeLevel, StandardDuty
        from yihu.hub.foundation.org.models import Office

        office = Office.objects.create(
            code="1", name="甲", level=OfficeLevel.BRANCH, path="1/", valid_from=datetime(2000, 1, 1).date()
        )
        user = appointed(StandardDuty.OFFICER, office, "u")
        room = Resource.objects.create(code="HY-1", kind="ROOM", name="一", office=office, capacity=9)
        refusals: list[tuple[str, bool]] = []
        for index, (verb, slot, length) in enumerate(verbs):
            start = at(8) + timedelta(minutes=15 * slot)
            end = start + timedelta(minutes=15 * length)
            live = Booking.objects.filter(state__in=LIVE).order_by("pk")
            was_free = list_free(user, "ROOM", start, end).exists()
            try:
                if verb == "hold":
                    reserving.hold(
                        user=user, code="HY-1", kind="ROOM", start=start, end=end, title="会", case_number=str(index),
                        now=NOW,
                    )  # fmt: skip
                    assert was_free
                elif live:
                    one = live[slot % len(live)]
                    if verb == "move":
                        reserving.move(booking=one, resource=room, start=start, end=end, actor=user, now=NOW)
                    else:
                        reserving.cancel(booking=one, reason="不用", actor=user, now=NOW)
            except UnableToBookError as error:
                refusals.append((error.code, verb == "hold" and was_free))
            spans = sorted((b.during.lower, b.during.upper) for b in Booking.objects.filter(state__in=LIVE))
            assert all(a[1] <= b[0] for a, b in pairwise(spans))
        assert set(refusals) <= {("BKG-004", False)}
