"""What is left behind by cases that are played: rows in the rooms where their effects live."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from yihu.hub.centres.matters.catalogue.bundle import read_bundle
from yihu.hub.centres.matters.services.playing import play_case
from yihu.hub.registers.grants.api import grants_of
from yihu.hub.subsystems.bookings.models import Booking, Resource, Trip
from yihu.hub.subsystems.counter.handlers import IN_THE_CASE
from yihu.hub.subsystems.publications.models import Revision

pytestmark = pytest.mark.django_db
Look = Callable[[Any, Any], None]


def play(matter: str, case: str, look: Look) -> None:
    bundle = read_bundle(settings.SHIPPED_MATTERS / matter)
    file = f"cases/{case}.yaml"
    seen: list[Any] = []

    def looked(stage: Any, found: Any) -> None:
        seen.append(found)
        look(stage, found)

    result = play_case(bundle, file, bundle.plays[file], looked)
    assert result.trouble == ""
    assert seen, "the case ended before anybody could look"


@pytest.mark.parametrize(("case", "amount"), [("small", "750000.00"), ("visit", "2000000.00"), ("leader", "900000.00")])
def test_a_quota_is_what_was_asked_for_or_what_was_granted_instead(case: str, amount: str) -> None:
    def look(stage: Any, found: Any) -> None:
        (quota,) = grants_of([stage.taxpayer_number]).quotas
        assert (quota.amount, quota.case_number) == (Decimal(amount), found.number)
        assert quota.decided_by == stage.people["局长" if case == "leader" else "所长"]
        assert (quota.valid_to is not None) is (case == "leader"), "only the temporary one ends"

    play("invoice/quota", case, look)


def test_a_refused_quota_leaves_nothing() -> None:
    play("invoice/quota", "refused", lambda stage, found: _is_empty(stage))


def test_a_deferral_is_what_the_province_granted() -> None:
    def look(stage: Any, found: Any) -> None:
        (deferral,) = grants_of([stage.taxpayer_number]).deferrals
        assert (deferral.tax_name, deferral.amount) == ("增值税", Decimal("350000.00"))
        assert deferral.deferred_to.isoformat() == "2026-06-08"
        assert deferral.decided_by == stage.people["局长"]

    play("collection/deferral", "granted", look)
    play("collection/deferral", "returned", lambda stage, found: _is_empty(stage))


def _is_empty(stage: Any) -> None:
    assert grants_of([stage.taxpayer_number]).is_empty


def test_a_change_waits_in_the_register_without_names_of_persons() -> None:
    def look(stage: Any, found: Any) -> None:
        (change,) = grants_of([stage.taxpayer_number]).changes
        assert [c["title"] for c in change.changes] == ["财务负责人", "联系方式"]
        assert {c["after"] for c in change.changes} == {IN_THE_CASE}
        assert "王某" not in str(change.changes)

    play("registration/change", "finance", look)

    def address(stage: Any, found: Any) -> None:
        (change,) = grants_of([stage.taxpayer_number]).changes
        assert change.changes == [{"title": "生产经营地址", "before": "罗湖区甲路1号", "after": "罗湖区乙路2号"}]

    play("registration/change", "address", address)
    play("registration/change", "refused", lambda stage, found: _is_empty(stage))


@contextmanager
def _states(expected: list[str]) -> Iterator[Look]:
    yield lambda stage, found: _check_states(found, expected)


def _check_states(found: Any, expected: list[str]) -> None:
    rows = Booking.objects.filter(case_number=found.number).order_by("pk")
    assert [row.state for row in rows] == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("small", ["CONFIRMED"]),
        ("guests", ["RELEASED", "CONFIRMED"]),
        ("refused", ["RELEASED"]),
        ("withdrawn", ["RELEASED"]),
    ],
)
def test_a_room_is_kept_on_approval_and_let_go_otherwise(case: str, expected: list[str]) -> None:
    with _states(expected) as look:
        play("logistics/meeting-room", case, look)


def test_a_vehicle_comes_back_with_its_kilometres() -> None:
    def look(stage: Any, found: Any) -> None:
        trip = Trip.objects.get(booking__case_number=found.number)
        assert (trip.kilometres, trip.driver) == (46, "王师傅")
        assert Resource.objects.get(code="CL-01").odometer_km == 10_046

    play("logistics/vehicle", "visit", look)
    play("logistics/vehicle", "returned-and-refused", lambda stage, found: _check_states(found, []))


def test_an_answer_is_published_by_who_drafted_and_who_approved() -> None:
    def look(stage: Any, found: Any) -> None:
        made = Revision.objects.get(case_number=found.number)
        assert (made.author, made.approver) == (stage.people["专家"], stage.people["所长"])
        assert [c.law.title for c in made.citations.all()] == ["中华人民共和国增值税法"]
        assert "王女士" not in f"{made.title}{made.question}{made.body}"

    play("service/question", "published", look)
    play("service/question", "repealed", look)
    play("service/question", "hard", lambda stage, found: _unpublished(found))


def _unpublished(found: Any) -> None:
    assert not Revision.objects.filter(case_number=found.number).exists()


@pytest.mark.parametrize(
    ("matter", "case", "kind"), [("knowledge/paper", "accepted", "QK"), ("knowledge/article", "published", "ZS")]
)
def test_papers_and_articles_are_published_of_their_kind(matter: str, case: str, kind: str) -> None:
    def look(stage: Any, found: Any) -> None:
        made = Revision.objects.get(case_number=found.number)
        assert made.publication.code.startswith(f"{kind}2026-")
        assert (made.author, made.approver) == (stage.people["作者甲"], stage.people["局长"])

    play(matter, case, look)
