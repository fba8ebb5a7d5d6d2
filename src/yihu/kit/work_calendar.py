"""
Working days as the State Council arranges them year by year, and the deadlines of tax law that rest on them.

A year without a notice is refused, never guessed: weekends alone would be wrong on some thirty days a year.
Shipped years stand in `calendars/`; the notice numbers were compared with the notices on gov.cn, the days with the
package chinesecalendar.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

ONE_DAY = timedelta(days=1)
SATURDAY = 5
LONG_REST_DAYS = 3
"""From so many consecutive days of rest inside a period on, the period grows (征管法实施细则 第一百零九条)."""


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "working"
    WEEKEND = "weekend"
    OFF = "off"
    MADE_UP = "made-up"

    @property
    def is_working(self) -> bool:
        return self in {DayKind.WORKING, DayKind.MADE_UP}


class UnknownCalendarYearError(LookupError):
    """No arrangement is known for a year; the text says what to do."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"没有 {year} 年的工作日历：国务院办公厅的节假日安排未录入，不能推算。请系统管理员按通知文号导入该年度日历"
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive days that a notice declares off or worked; both ends inclusive."""

    kind: DayKind
    name: str
    first: date
    last: date
    notice: str

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The arrangement of one year. Its spans may begin in the last days of the year before."""

    year: int
    notice: str
    issued: date
    source: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day: `name` is the holiday it belongs to or is worked for, `notice` the number that says so, else ""."""

    date: date
    kind: DayKind
    name: str = ""
    notice: str = ""


class WorkCalendar:
    """Answers about working days within the years it was given."""

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        self.years: Mapping[int, CalendarYear] = MappingProxyType({y.year: y for y in years})
        # A later notice overrules an earlier one on the days around New Year.
        self._arranged = {
            day: Day(day, span.kind, span.name, span.notice)
            for _, year in sorted(self.years.items())
            for span in year.spans
            for day in span.days()
        }

    def day(self, on: date) -> Day:
        """
        What a day is, with the notice that made it so.

        :raises UnknownCalendarYearError: its year is not among the years
        """
        if on.year not in self.years:
            raise UnknownCalendarYearError(on.year)
        weekend = DayKind.WEEKEND if on.weekday() >= SATURDAY else DayKind.WORKING
        return self._arranged.get(on) or Day(on, weekend)

    def is_working_day(self, on: date) -> bool:
        """:raises UnknownCalendarYearError: see `day`"""
        return self.day(on).kind.is_working

    def add_working_days(self, start: date, count: int) -> date:
        """
        The `count`-th working day after `start` (before it, when negative); 0 is `start` itself, working or not.

        :raises UnknownCalendarYearError: the way leads through an unknown year
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        day, left = start, abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def next_working_day(self, on: date) -> date:
        """`on` if it is worked, else the first working day after it."""
        return on if self.is_working_day(on) else self.add_working_days(on, 1)

    def count_working_days(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included; 0 when `last` is earlier."""
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))

    def longest_rest(self, first: date, last: date) -> int:
        """The most consecutive days of rest within `first` to `last`, both included."""
        longest = run = 0
        for offset in range((last - first).days + 1):
            run = 0 if self.is_working_day(first + timedelta(days=offset)) else run + 1
            longest = max(longest, run)
        return longest

    def statutory_deadline(self, first: date, last: date) -> date:
        """
        The last day of a tax period that by the calendar runs from `first` to `last`, both included.

        税收征收管理法实施细则 第一百零九条: a last day of rest moves to the day after the rest; three or more
        consecutive days of rest inside the period extend it by as many days, which the State Taxation Administration
        counts as working days (the yearly 申报纳税期限 notices 税总办函〔2020〕242号, 税总办征科函〔2021〕201号 and
        〔2022〕245号 are the test).

        :raises ValueError: `last` is before `first`
        :raises UnknownCalendarYearError: the way leads through an unknown year
        """
        if last < first:
            raise ValueError(f"period ends ({last}) before it begins ({first})")
        rest = self._long_rests(first, last)
        return self.add_working_days(last, rest) if rest else self.next_working_day(last)

    def _long_rests(self, first: date, last: date) -> int:
        total = run = 0
        for offset in range((last - first).days + 2):
            day = first + timedelta(days=offset)
            if day <= last and not self.is_working_day(day):
                run += 1
                continue
            total += run if run >= LONG_REST_DAYS else 0
            run = 0
        return total


@cache
def shipped_calendar() -> WorkCalendar:
    """The years that come with the program."""
    directory = files(__package__).joinpath("calendars")
    found = (f for f in directory.iterdir() if f.name.endswith(".toml"))
    return WorkCalendar(read_year(f.read_text(encoding="utf-8")) for f in found)


def read_year(text: str) -> CalendarYear:
    """
    An arrangement written as TOML: year, notice, issued, source, and tables `off` and `work` of name, first, last.

    :raises ValueError: it is not TOML, a field is missing, days overlap, or a day lies outside the year and its eve
    """
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"日历文件不是合格的 TOML：{error}") from error
    try:
        year, notice = int(body["year"]), str(body["notice"])
        kinds = ((DayKind.OFF, "off"), (DayKind.MADE_UP, "work"))
        spans = tuple(_span(kind, row, notice) for kind, key in kinds for row in body.get(key, []))
        found = CalendarYear(year, notice, body["issued"], str(body.get("source", "")), spans)
    except (KeyError, TypeError) as error:
        raise ValueError(f"日历文件缺少或写错字段：{error}") from error
    faults = year_faults(found)
    if faults:
        raise ValueError("；".join(faults))
    return found


def write_year(found: CalendarYear) -> str:
    """The TOML that `read_year` reads back."""
    head = [f"year = {found.year}", f"notice = {_quoted(found.notice)}", f"issued = {found.issued}"]
    lines = [*head, f"source = {_quoted(found.source)}"]
    for span in found.spans:
        key = "work" if span.kind is DayKind.MADE_UP else "off"
        lines += ["", f"[[{key}]]", f"name = {_quoted(span.name)}", f"first = {span.first}", f"last = {span.last}"]
        lines.append(f"notice = {_quoted(span.notice)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _span(kind: DayKind, row: Mapping[str, Any], notice: str) -> Span:
    return Span(kind, str(row["name"]), row["first"], row.get("last", row["first"]), str(row.get("notice", notice)))


def year_faults(found: CalendarYear) -> list[str]:
    """What forbids taking an arrangement over, in Chinese; empty when nothing does."""
    faults = [] if found.spans else [f"{found.year} 年没有任何放假安排"]
    if not found.notice.strip():
        faults.append("缺少通知文号")
    earliest, latest = date(found.year - 1, 12, 1), date(found.year, 12, 31)
    seen: set[date] = set()
    for span in found.spans:
        where = f"{span.name} {span.first}—{span.last}"
        if not earliest <= span.first <= span.last <= latest:
            faults.append(f"{where}：日期倒置或不属于 {found.year} 年")
            continue
        if seen.intersection(span.days()):
            faults.append(f"{where}：与另一段重叠")
        if span.kind is DayKind.MADE_UP and any(day.weekday() < SATURDAY for day in span.days()):
            faults.append(f"{where}：调休上班日应为周六或周日")
        seen.update(span.days())
    return faults
