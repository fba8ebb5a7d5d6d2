"""Quiet hours and the digest: across midnight, in other time zones, where clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.hub.foundation.notices.services.hours import next_digest, quiet_until

CHINA = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]).map(
    ZoneInfo
)
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def quiet(hour: int, minute: int = 0, *, start: time = time(22), end: time = time(7)) -> datetime | None:
    return quiet_until(datetime(2026, 11, 25, hour, minute, tzinfo=CHINA), start=start, end=end, zone=CHINA)


@pytest.mark.parametrize(
    ("hour", "minute", "until"),
    [
        (21, 59, None),
        (22, 0, datetime(2026, 11, 26, 7, tzinfo=CHINA)),
        (23, 59, datetime(2026, 11, 26, 7, tzinfo=CHINA)),
        (0, 0, datetime(2026, 11, 25, 7, tzinfo=CHINA)),
        (6, 59, datetime(2026, 11, 25, 7, tzinfo=CHINA)),
        (7, 0, None),
        (12, 0, None),
    ],
)
def test_the_night_ends_at_seven_whichever_side_of_midnight(hour: int, minute: int, until: datetime | None) -> None:
    assert quiet(hour, minute) == until


def test_hours_within_one_day_and_none_at_all() -> None:
    assert quiet(13, start=time(12), end=time(14)) == datetime(2026, 11, 25, 14, tzinfo=CHINA)
    assert quiet(14, start=time(12), end=time(14)) is None
    assert quiet(3, start=time(9), end=time(9)) is None


def test_the_clock_is_that_of_the_zone_whatever_the_instant_is_written_in() -> None:
    instant = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
    assert quiet_until(instant, start=time(22), end=time(7), zone=CHINA) == datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert quiet_until(instant, start=time(22), end=time(7), zone=UTC) is None


@given(MOMENTS, CLOCKS, CLOCKS, ZONES)
def test_quiet_ends_later_within_a_day_and_when_it_has_ended_it_is_over(
    now: datetime, start: time, end: time, zone: ZoneInfo
) -> None:
    until = quiet_until(now, start=start, end=end, zone=zone)
    if until is None:
        return
    assert now < until
    # A day is 25 hours long where clocks go back.
    assert until.astimezone(UTC) - now <= timedelta(hours=25)
    assert quiet_until(until.astimezone(UTC), start=start, end=end, zone=zone) is None


@given(MOMENTS, CLOCKS, CLOCKS)
def test_in_china_each_minute_is_quiet_exactly_when_the_wall_clock_says_so(
    now: datetime, start: time, end: time
) -> None:
    clock = now.astimezone(CHINA).time()
    inside = start <= clock < end if start <= end else not end <= clock < start
    assert (quiet_until(now, start=start, end=end, zone=CHINA) is not None) == inside


@given(MOMENTS, ZONES)
def test_a_digest_is_always_ahead_and_within_a_day(now: datetime, zone: ZoneInfo) -> None:
    found = next_digest(now, at=time(8, 30), zone=zone)
    assert timedelta() < found.astimezone(UTC) - now <= timedelta(hours=25)
    assert found.astimezone(zone).time() == time(8, 30)
