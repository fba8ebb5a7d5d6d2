"""The booking pages: who may open them, what they show, what the forms do."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract, ListContract, OpensForHolders
from yihu.hub.subsystems.bookings.choices import BookingState
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.services import reserving
from yihu.hub.subsystems.bookings.tests.conftest import CHINA, NOW

EVERYBODY = frozenset(duty.value for duty in StandardDuty)
KEEPERS = frozenset({"SECTION_CHIEF", "DIRECTOR"})
pytestmark = pytest.mark.django_db


def at(hour: int) -> datetime:
    """Far enough ahead for a page that asks the real clock."""
    return datetime(2099, 3, 3, hour, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _stage(resources: dict[str, Resource], cast: dict[Any, Any]) -> None:
    for number, code in enumerate(["HY-301", "HY-302", "HY-901"]):
        kept = {"state": BookingState.CONFIRMED, "case_number": f"HY2026-0000{number}"}
        reserving.hold(user=cast[StandardDuty.OFFICER], code=code, kind="ROOM", start=at(9), end=at(11),
                       title="一季度征收分析会", people=4, now=NOW, **kept)  # fmt: skip


class TestDay(OpensForHolders):
    address = "/bookings/"
    holders = EVERYBODY


class TestMine(ListContract):
    address = "/bookings/mine/"
    holders = frozenset(EVERYBODY)

    def client(self, client_of: dict[Any, Client]) -> Client:
        return client_of[StandardDuty.OFFICER]


class TestKept(ListContract):
    address = "/bookings/kept/"
    holders = KEEPERS


class TestResources(ListContract):
    address = "/bookings/resources/"
    holders = KEEPERS


class TestNewResource(FormContract):
    address = "/bookings/resources/new/"
    holders = KEEPERS
    needed = frozenset({"kind", "code", "name", "office", "capacity", "state"})


def test_a_day_shows_the_booking_where_it_stands(client_of: dict[Any, Client]) -> None:
    shown = client_of[StandardDuty.OFFICER].get("/bookings/?day=2099-03-03")
    rows = {row.resource.code: row for row in shown.context["rows"]}
    assert set(rows) == {"HY-301", "HY-302", "HY-901"}
    block = rows["HY-301"].blocks[0]
    assert (block.column, block.columns, block.title) == (3, 4, "一季度征收分析会")
    assert "c-3 s-4" in shown.content.decode()


def test_others_see_that_it_is_taken_and_not_for_what(client_of: dict[Any, Client], stranger: Any) -> None:
    client = Client()
    client.force_login(stranger)
    shown = client.get("/bookings/?day=2099-03-03").content.decode()
    assert "已占用" in shown
    assert "一季度征收分析会" not in shown
    assert client.get("/bookings/resources/HY-301/week/").status_code == 404
    assert client.get("/bookings/resources/HY-901/week/?day=2099-03-03").status_code == 200


def test_nonsense_in_the_address_falls_back(client_of: dict[Any, Client]) -> None:
    for query in ("?day=x&kind=SHIP", "?day=0001-01-01", "?day=9999-12-31"):
        assert client_of[StandardDuty.OFFICER].get("/bookings/" + query).context["kind"] == "ROOM"


def test_a_booking_is_nobody_elses(client_of: dict[Any, Client], stranger: Any) -> None:
    booked = Booking.objects.get(resource__code="HY-301")
    client = Client()
    client.force_login(stranger)
    for act in ("move", "cancel", "trip"):
        assert client.get(f"/bookings/{booked.pk}/{act}/").status_code == 404
        assert client.post(f"/bookings/{booked.pk}/{act}/", {"reason": "抢用"}).status_code == 404
    booked.refresh_from_db()
    assert booked.state == BookingState.CONFIRMED


def test_moving_onto_a_taken_time_keeps_the_form_and_says_what_is_free(client_of: dict[Any, Client]) -> None:
    client = client_of[StandardDuty.OFFICER]
    booked = Booking.objects.get(resource__code="HY-301")
    small = Resource.objects.get(code="HY-302")
    given = {"resource": small.pk, "start": "2099-03-03T10:00", "end": "2099-03-03T11:00"}
    answer = client.post(f"/bookings/{booked.pk}/move/", given)
    assert answer.status_code == 422
    assert "BKG-004" in answer.content.decode()
    given |= {"start": "2099-03-03T11:00", "end": "2099-03-03T12:00"}
    assert client.post(f"/bookings/{booked.pk}/move/", given).status_code == 302
    booked.refresh_from_db()
    assert (booked.resource, timezone.localtime(booked.during.lower).hour) == (small, 11)


def test_a_keeper_writes_a_room_down_and_it_keeps_its_history(client_of: dict[Any, Client], offices: Any) -> None:
    client = client_of[StandardDuty.SECTION_CHIEF]
    given = {"kind": "ROOM", "code": "HY-305", "name": "小会议室", "office": offices["east"].pk, "capacity": 8,
             "state": "IN_SERVICE", "equipment": ["VIDEO"]}  # fmt: skip
    assert client.post("/bookings/resources/new/", given).status_code == 302
    assert client.post("/bookings/resources/new/", given).status_code == 422
    changed = {**given, "name": "视频会议室"}
    assert client.post("/bookings/resources/HY-305/change/", changed).status_code == 302
    told = client.get("/bookings/resources/HY-305/?tab=history").content.decode()
    assert "视频会议室" in told
    assert "小会议室" in told


def test_another_offices_room_is_not_there_for_a_keeper(client_of: dict[Any, Client], offices: Any) -> None:
    client = client_of[StandardDuty.SECTION_CHIEF]
    assert client.get("/bookings/resources/HY-902/").status_code == 404
    given = {"kind": "ROOM", "code": "HY-99", "name": "越权", "office": offices["bureau"].pk, "capacity": 8,
             "state": "IN_SERVICE"}  # fmt: skip
    assert client.post("/bookings/resources/new/", given).status_code == 422
    assert not Resource.objects.filter(code="HY-99").exists()


def test_what_is_booked_cannot_be_retired(client_of: dict[Any, Client], offices: Any) -> None:
    given = {"name": "三楼", "office": offices["east"].pk, "capacity": 12, "state": "RETIRED"}
    answer = client_of[StandardDuty.SECTION_CHIEF].post("/bookings/resources/HY-301/change/", given)
    assert "BKG-011" in answer.content.decode()
