"""Sales and purchases over windows of months: `sold_*` and `bought_*`."""

from typing import Any

from yihu.lens.indicators.facts.inputs import Inputs, prefixed, tally, total

YEAR, QUARTER = 12, 3
PREFIXES = {"seller": "sold", "buyer": "bought"}
KEYS = ("household_id", "month", "last_on", "age")


def aged_months(inputs: Inputs, side: str) -> Any:
    """Month partials of a side up to the window's month, with `age` in months (0: the month under way)."""
    months = inputs.partials[side]
    aged = months.mutate(age=(inputs.window.month - months.month).cast("int32"))
    return aged.filter(aged.age >= 0)


def sold(inputs: Inputs) -> Any:
    """The seller's side: every additive measure over 12 months, amounts over shorter and earlier windows."""
    return _side(inputs, "seller")


def bought(inputs: Inputs) -> Any:
    """The buyer's side, likewise."""
    return _side(inputs, "buyer")


def _side(inputs: Inputs, side: str) -> Any:
    """Rings: the last year's rows are summed whole, only the few longer windows go over all months."""
    rows = aged_months(inputs, side)
    year = rows.filter(rows.age < YEAR)
    last = year.group_by("household_id").agg(
        **{c: total(year[c]) for c in rows.columns if c not in KEYS},
        void_quarter=total(year.void_count, year.age < QUARTER),
        issued_quarter=total(year.issued_count, year.age < QUARTER),
        active_months=tally(year, year.blue_count > 0),
    )
    ever = rows.group_by("household_id").agg(
        amount_quarter=total(rows.amount, rows.age < QUARTER),
        amount_quarter_before=total(rows.amount, (rows.age >= QUARTER) & (rows.age < 2 * QUARTER)),
        amount_year_before=total(rows.amount, (rows.age >= YEAR) & (rows.age < 2 * YEAR)),
        first_month=rows.month.min().cast("float64"),
    )
    return prefixed(ever.left_join(last, "household_id").drop("household_id_right"), PREFIXES[side])
