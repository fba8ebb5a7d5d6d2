"""Two people want the same room in the same instant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from yihu.hub.subsystems.bookings.choices import LIVE
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.services import reserving
from yihu.hub.subsystems.bookings.services.refusals import UnableToBookError
from yihu.hub.subsystems.bookings.tests.conftest import NOW, at

AT_ONCE = 6


@pytest.mark.django_db(transaction=True)
def test_one_wins_and_the_others_hear_what_is_free(resources: dict[str, Resource], officer: Any) -> None:
    gate = Barrier(AT_ONCE)

    def try_it(number: int) -> str:
        gate.wait()
        try:
            reserving.hold(
                user=officer, code="HY-301", kind="ROOM", start=at(9), end=at(10), title="会", case_number=f"C{number}",
                now=NOW,
            )  # fmt: skip
        except UnableToBookError as error:
            return f"{error.code} {'HY-302' in str(error)}"
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = sorted(pool.map(try_it, range(AT_ONCE)))
    assert results == ["BKG-004 True"] * (AT_ONCE - 1) + ["won"]
    assert Booking.objects.filter(state__in=LIVE).count() == 1
