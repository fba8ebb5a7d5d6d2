"""What is asked of a simulation, its calendar and its sources of chance."""

import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

LAST_MONTH = np.datetime64("2025-12", "M")
DUPLICATE_SHARE = 0.14
OUTSIDE_SHARE = 0.3
NEVER = 99_999
"""A day (since 1970) that lies after everything."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """
    Size and seed of a district.

    `registrations` counts rows of the register; `taxpayers` the real taxpayers behind them; `outside`
    parties that trade with the district but are not registered in it.
    """

    registrations: int
    invoices: int
    months: int
    seed: int

    @cached_property
    def taxpayers(self) -> int:
        return max(4, self.registrations - round(self.registrations * DUPLICATE_SHARE))

    @cached_property
    def outside(self) -> int:
        return max(20, round(self.taxpayers * OUTSIDE_SHARE))

    @cached_property
    def parties(self) -> int:
        """Taxpayers first, outsiders behind them."""
        return self.taxpayers + self.outside

    @cached_property
    def calendar(self) -> NDArray[np.datetime64]:
        """The months simulated, `datetime64[M]`."""
        return np.arange(LAST_MONTH - self.months + 1, LAST_MONTH + 1)

    @cached_property
    def month_starts(self) -> Ints:
        """First day of each month and of the one after the last, days since 1970; shape (months + 1,)."""
        edges = np.arange(LAST_MONTH - self.months + 1, LAST_MONTH + 2)
        return edges.astype("datetime64[D]").astype(np.int64)

    @property
    def first_day(self) -> int:
        return int(self.month_starts[0])

    @property
    def end_day(self) -> int:
        """The day after the last one simulated."""
        return int(self.month_starts[-1])

    def month_of(self, days: Ints) -> Ints:
        """Index of the month of each day; below 0 before the period, `months` or more after it."""
        months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return months - int(self.calendar[0].astype(np.int64))

    def chance(self, *purpose: str | int) -> np.random.Generator:
        """An own stream for one purpose, so that a change in one part leaves the others as they were."""
        words = [p if isinstance(p, int) else zlib.crc32(p.encode()) for p in purpose]
        return np.random.default_rng([self.seed, *words])
