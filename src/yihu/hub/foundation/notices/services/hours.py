"""When a message may leave: quiet hours and the daily digest, as pure arithmetic on instants of one time zone."""

from datetime import datetime, time, timedelta, tzinfo

DIGEST_AT = time(8, 30)


def quiet_until(now: datetime, *, start: time, end: time, zone: tzinfo) -> datetime | None:
    """
    The instant at which the quiet hours around `now` end; None outside them.

    Half-open: at `start` it is quiet, at `end` no more. `start` after `end` runs across midnight; equal is never.
    """
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    if start == end:
        return None
    across = start > end
    inside = clock >= start or clock < end if across else start <= clock < end
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if across and clock >= start else local.date()
    return _instant(day, end, zone, now)


def next_digest(now: datetime, *, at: time, zone: tzinfo) -> datetime:
    """The next time the daily digest leaves, later than `now`."""
    today = now.astimezone(zone).date()
    first = datetime.combine(today, at, tzinfo=zone)
    return first if first > now else datetime.combine(today + timedelta(days=1), at, tzinfo=zone)


def _instant(day: object, at: time, zone: tzinfo, now: datetime) -> datetime:
    end = datetime.combine(day, at, tzinfo=zone)  # type: ignore[arg-type]
    # Where clocks go back the same wall time comes twice: the end is never before now.
    return end if end > now else end.replace(fold=1)
