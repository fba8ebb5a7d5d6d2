"""The work calendar in force: the years that come with the program, overruled by what was published here."""

from dataclasses import dataclass
from functools import lru_cache

from yihu.hub.foundation.codes.choices import State
from yihu.hub.foundation.codes.models import CalendarRecord
from yihu.kit.work_calendar import CalendarYear, WorkCalendar, read_year, shipped_calendar


@dataclass(frozen=True, slots=True)
class YearEntry:
    """A year in the list: what is in force, whether it came with the program, and what waits."""

    year: int
    in_force: CalendarYear | None
    is_shipped: bool
    pending: tuple[CalendarRecord, ...]


def work_calendar() -> WorkCalendar:
    """
    The calendar for every deadline of the platform. One query; parsed years are kept.

    Its methods raise `UnknownCalendarYearError` for a year nobody published.
    """
    published = CalendarRecord.objects.filter(state=State.PUBLISHED).order_by("reviewed_at", "pk")
    return _merged(tuple(published.values_list("year", "body")))


@lru_cache(4)
def _merged(published: tuple[tuple[int, str], ...]) -> WorkCalendar:
    years = dict(shipped_calendar().years)
    years.update({year: read_year(body) for year, body in published})
    return WorkCalendar(years.values())


def list_years() -> list[YearEntry]:
    """All years known or in preparation, the newest first."""
    calendar = work_calendar()
    own = set(CalendarRecord.objects.filter(state=State.PUBLISHED).values_list("year", flat=True))
    waiting = list(CalendarRecord.objects.exclude(state=State.PUBLISHED))
    years = sorted({*calendar.years, *(r.year for r in waiting)}, reverse=True)
    return [YearEntry(y, calendar.years.get(y), y not in own, tuple(r for r in waiting if r.year == y)) for y in years]
