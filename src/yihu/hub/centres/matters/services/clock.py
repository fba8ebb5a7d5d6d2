"""The time limit of a case: when it begins to run, when it stands, when it is over, in days of the work calendar."""

from datetime import date, datetime, time

from django.utils import timezone

from yihu.hub.centres.matters.catalogue.spec import TimeLimit, Unit
from yihu.hub.centres.matters.choices import CaseState, EventKind
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.matters.services.events import note
from yihu.hub.foundation.codes.api import work_calendar
from yihu.kit.work_calendar import ONE_DAY, UnknownCalendarYearError

# Offices close at half past five: what is due on a day is due then.
CLOSING = time(17, 30)


def start_clock(case: Case, *, now: datetime) -> None:
    """The limit begins to run, once."""
    if case.clock_from is not None or case.is_done:
        return
    limit = case.version.bundle.spec.time_limit
    case.clock_from, case.due_at = now, due_of(limit, now, 0)
    case.save(update_fields=["clock_from", "due_at"])
    unit = "个工作日" if limit.unit == Unit.WORKING_DAYS else "日"
    until = f"，{case.due_at:%Y-%m-%d} 前办结" if case.due_at else "，期限所在年度的工作日历尚未发布，期限暂不能推算"
    note(case, EventKind.STARTED, actor=None, now=now, text=f"办理时限 {limit.length} {unit}{until}")


def pause_clock(case: Case, reason: str, *, now: datetime) -> None:
    """The clock stands."""
    if case.paused_at is not None or case.is_done:
        return
    case.paused_at, case.pause_reason, case.state = now, reason, CaseState.PAUSED
    case.save(update_fields=["paused_at", "pause_reason", "state"])
    note(case, EventKind.PAUSED, actor=None, now=now, text=reason)


def resume_clock(case: Case, *, now: datetime) -> None:
    """It runs again; the days it stood are added to the limit."""
    if case.paused_at is None or case.is_done:
        return
    limit = case.version.bundle.spec.time_limit
    stood = days_between(limit.unit, case.paused_at, now)
    case.paused_days += stood
    case.paused_at, case.pause_reason, case.state = None, "", CaseState.OPEN
    if case.clock_from is not None:
        case.due_at = due_of(limit, case.clock_from, case.paused_days)
    case.save(update_fields=["paused_at", "paused_days", "pause_reason", "state", "due_at"])
    until = f"，期限顺延至 {case.due_at:%Y-%m-%d}" if case.due_at else ""
    note(case, EventKind.RESUMED, actor=None, now=now, text=f"中止 {stood} 日{until}")


def stop_clock(case: Case, *, now: datetime) -> None:
    """The case is over: how many days it took, without those on which the clock stood. The caller saves."""
    limit = case.version.bundle.spec.time_limit
    begun = case.clock_from or case.submitted_at
    standing = days_between(limit.unit, case.paused_at, now) if case.paused_at else 0
    case.worked_days = max(0, days_between(limit.unit, begun, now) - case.paused_days - standing)
    case.paused_days += standing


def due_of(limit: TimeLimit, begun: datetime, paused_days: int) -> datetime | None:
    """
    The end of the last day of a limit; the day on which it begins does not count (民法典 第二百零一条).

    None when the way leads through a year whose calendar is not published: it is not guessed.
    """
    day, count = _local_day(begun), limit.length + paused_days
    try:
        calendar = work_calendar()
        if limit.unit == Unit.WORKING_DAYS:
            last = calendar.add_working_days(day, count)
        else:
            last = calendar.next_working_day(day + count * ONE_DAY)
    except UnknownCalendarYearError:
        return None
    return timezone.make_aware(datetime.combine(last, CLOSING))


def days_between(unit: Unit, first: datetime, last: datetime) -> int:
    """Days from one moment to another, the first day not counted; a year without calendar counts by its weekdays."""
    begin, end = _local_day(first), _local_day(last)
    if unit == Unit.CALENDAR_DAYS:
        return max(0, (end - begin).days)
    calendar = work_calendar()
    try:
        return calendar.count_working_days(begin + ONE_DAY, end)
    except UnknownCalendarYearError:
        return sum(1 for n in range(1, (end - begin).days + 1) if (begin + n * ONE_DAY).weekday() < 5)


def _local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
