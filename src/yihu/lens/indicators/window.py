"""The calendar indicators count by: months as integers, ages in months before the snapshot's last invoice day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

# A return is due by the middle of the following month (statutory 15th; moved by holidays, so one day's grace).
DUE_DAY = 16


def month_number(day: date) -> int:
    """Months since year 0; consecutive months differ by one."""
    return day.year * 12 + day.month - 1


def month_number_of(column: Any) -> Any:
    """The same of a date or timestamp column."""
    return (column.year() * 12 + column.month() - 1).cast("int32")


def first_day(number: int) -> date:
    """The first day of a month given by its number."""
    return date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Window:
    """Where "now" is: `as_of` is the last day with an invoice."""

    as_of: date

    @property
    def month(self) -> int:
        """The month under way."""
        return month_number(self.as_of)

    @property
    def last_due(self) -> int:
        """The last month whose VAT return must have been filed."""
        return self.month - (1 if self.as_of.day >= DUE_DAY else 2)

    def days_since(self, column: Any) -> Any:
        """Days from a date column to `as_of`."""
        return ibis.literal(self.as_of).delta(column, unit="day").cast("int64")
