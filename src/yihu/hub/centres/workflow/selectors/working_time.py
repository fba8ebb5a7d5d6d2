"""Deadlines in working time: days of the work calendar, hours of the offices."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from yihu.hub.centres.workflow.catalogue.durations import read_duration
from yihu.hub.foundation.codes.api import work_calendar
from yihu.kit.work_calendar import WorkCalendar

# When offices work; seven hours a day.
OFFICE_HOURS = ((time(9), time(12)), (time(13, 30), time(17, 30)))


def due_after(now: datetime, text: str) -> datetime:
    """
    The moment a duration of working time after `now`: `P3D` ends at the same time of the third working day after it,
    `PT4H` when four hours of office time have gone by. From outside office hours it counts from their next beginning.

    :raises UnknownCalendarYearError: the way leads through a year without calendar
    :raises ValueError: another form than durations have
    """
    duration = read_duration(text)
    calendar = work_calendar()
    at = timezone.localtime(now)
    if duration.days:
        at = datetime.combine(calendar.add_working_days(at.date(), duration.days), at.timetz())
    return _add_minutes(calendar, at, duration.minutes) if duration.minutes else at


def _add_minutes(calendar: WorkCalendar, at: datetime, minutes: int) -> datetime:
    left = timedelta(minutes=minutes)
    day = at.date()
    while True:
        if calendar.is_working_day(day):
            for begin, end in _hours(day, at):
                begin = max(begin, at)
                if begin < end and left <= end - begin:
                    return begin + left
                left -= max(end - begin, timedelta())
        day += timedelta(days=1)


def _hours(day: date, like: datetime) -> list[tuple[datetime, datetime]]:
    def at(hour: time) -> datetime:
        return datetime.combine(day, hour, like.tzinfo)

    return [(at(begin), at(end)) for begin, end in OFFICE_HOURS]
