"""Working days against chinesecalendar, deadlines against the notices of the State Taxation Administration."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.kit.work_calendar import DayKind, UnknownCalendarYearError, read_year, shipped_calendar, year_faults

CALENDAR = shipped_calendar()
FIRST, LAST = date(min(CALENDAR.years), 1, 1), date(max(CALENDAR.years), 12, 31)
covered = st.dates(FIRST, LAST)

# 申报纳税期限 of periods of 15 days: 税总办函〔2020〕242号, 税总办征科函〔2021〕201号, 〔2022〕245号, and of 2024.
DEADLINES = {
    2021: [20, 23, 15, 20, 21, 18, 15, 16, 15, 26, 15, 15],
    2022: [19, 23, 15, 20, 19, 20, 15, 15, 20, 25, 15, 15],
    2023: [16, 15, 15, 17, 18, 15, 17, 15, 15, 23, 15, 15],
    2024: [15, 23, 15, 18, 22, 19, 15, 15, 18, 24, 15, 16],
}
YEAR = """
year = 2027
notice = "国办发明电〔2026〕0号"
issued = 2026-11-20
[[off]]
name = "元旦"
first = 2027-01-01
"""


def test_every_shipped_year_names_its_notice() -> None:
    assert sorted(CALENDAR.years) == list(range(2016, 2027))
    for year in CALENDAR.years.values():
        assert year.notice.startswith(f"国办发明电〔{year.year - 1}〕")
        assert year.issued.year == year.year - 1
        assert year.source.startswith("https://www.gov.cn/")
        assert year_faults(year) == []


def test_every_day_agrees_with_chinesecalendar() -> None:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [d for d in days if CALENDAR.is_working_day(d) != chinese_calendar.is_workday(d)] == []


@settings(deadline=None)
@given(covered, covered)
def test_counting_agrees_with_chinesecalendar(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert CALENDAR.count_working_days(first, last) == len(chinese_calendar.get_workdays(first, last))


@settings(deadline=None)
@given(st.dates(date(2016, 3, 1), date(2026, 10, 1)), st.integers(-40, 40))
def test_adding_working_days_goes_that_many_and_comes_back(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    if count > 0:
        assert CALENDAR.count_working_days(start + timedelta(days=1), end) == count
    elif count < 0:
        assert CALENDAR.count_working_days(end, start - timedelta(days=1)) == -count
    assert count == 0 or CALENDAR.is_working_day(end)


@settings(deadline=None)
@given(st.dates(date(2016, 1, 2), date(2026, 9, 1)), st.integers(0, 40))
def test_a_deadline_is_worked_and_never_early(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    deadline = CALENDAR.statutory_deadline(first, last)
    assert deadline >= last
    assert CALENDAR.is_working_day(deadline)
    if CALENDAR.longest_rest(first, last) < 3:
        assert deadline == CALENDAR.next_working_day(last)


@pytest.mark.parametrize(("year", "month"), [(y, m) for y in DEADLINES for m in range(1, 13)])
def test_deadlines_are_those_of_the_administration(year: int, month: int) -> None:
    deadline = CALENDAR.statutory_deadline(date(year, month, 1), date(year, month, 15))
    assert deadline == date(year, month, DEADLINES[year][month - 1])


def test_a_day_tells_its_holiday_and_notice() -> None:
    assert CALENDAR.day(date(2024, 2, 10)).name == "春节"
    assert CALENDAR.day(date(2024, 2, 4)).kind is DayKind.MADE_UP
    assert CALENDAR.day(date(2019, 5, 2)).notice == "国办发明电〔2019〕3号"
    assert CALENDAR.day(date(2018, 12, 31)).notice == "国办发明电〔2018〕15号"
    assert CALENDAR.day(date(2024, 3, 2)).kind is DayKind.WEEKEND


@pytest.mark.parametrize("day", [date(2015, 12, 31), date(2027, 1, 1)])
def test_an_unknown_year_is_refused_in_words(day: date) -> None:
    with pytest.raises(UnknownCalendarYearError, match=f"没有 {day.year} 年的工作日历"):
        CALENDAR.is_working_day(day)
    with pytest.raises(UnknownCalendarYearError):
        CALENDAR.add_working_days(date(2026, 12, 31), 1)


def test_a_period_must_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        CALENDAR.statutory_deadline(date(2024, 2, 2), date(2024, 2, 1))


def test_a_year_is_read_from_text() -> None:
    assert read_year(YEAR).spans[0].last == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (YEAR.replace("notice =", "number ="), "notice"),
        (YEAR.replace('"国办发明电〔2026〕0号"', '" "'), "通知文号"),
        (YEAR.replace("2027-01-01", "2028-01-01"), "不属于 2027 年"),
        (YEAR + YEAR.split("2026-11-20")[1], "重叠"),
        (YEAR.replace("[[off]]", "[[work]]"), "周六或周日"),
        (YEAR.split("[[off]]")[0], "没有任何放假安排"),
        ("year = ", "不是合格的 TOML"),
    ],
)
def test_a_wrong_year_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_year(text)
