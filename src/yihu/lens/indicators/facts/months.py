"""The shape of months: peaks, pauses, and how purchases and sales of the same month answer one another."""

from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs, tally, total
from yihu.lens.indicators.facts.sides import QUARTER, YEAR, aged_months
from yihu.lens.indicators.partials import MONEY, WHOLE

# A restart is the first month with sales after at least this many months without.
PAUSE = 3
TENTHS = 10


def peaks(inputs: Inputs) -> Any:
    """`peak_amount`, `peak_month`, `median_amount` of the months with sales in the last 12."""
    rows = aged_months(inputs, "seller")
    rows = rows.filter((rows.age < YEAR) & (rows.amount > 0))
    rank = ibis.row_number().over(group_by="household_id", order_by=[ibis.desc(rows.amount), rows.month])
    ranked = rows.mutate(rank=rank, sales=rows.amount.cast("float64"))
    top = ranked.rank == 0
    return ranked.group_by("household_id").agg(
        peak_amount=ranked.sales.max(where=top),
        peak_month=ranked.month.max(where=top).cast("float64"),
        median_amount=ranked.sales.median(),
    )


def pauses(inputs: Inputs) -> Any:
    """
    The last restart within 12 months after a pause of 3 or more.

    `restart_pause` months, `restart_sales` (mean of the 3 months from the restart on), `before_sales` (mean of the
    months with sales before it).
    """
    rows = aged_months(inputs, "seller")
    rows = rows.filter(rows.amount > 0).select("household_id", "month", "age", "amount")
    before = rows.month.lag().over(ibis.window(group_by="household_id", order_by="month"))
    rows = rows.mutate(pause=(rows.month - before - 1).cast("int32"))
    restarts = rows.filter((rows.age < YEAR) & (rows.pause >= PAUSE))
    last = restarts.group_by("household_id").agg(restart=restarts.month.max())
    joined = rows.join(last, "household_id")
    earlier = joined.month < joined.restart
    after = ~earlier & (joined.month < joined.restart + QUARTER)
    return joined.group_by("household_id").agg(
        restart_pause=joined.pause.max(where=joined.month == joined.restart).cast("float64"),
        restart_sales=total(joined.amount, after) / QUARTER,
        before_sales=total(joined.amount, earlier) / tally(joined, earlier),
    )


def flows(inputs: Inputs) -> Any:
    """
    Months with purchases or sales, last 12.

    `flow_matched` and `flow_larger` sum each month's smaller and larger of purchases and sales; `flow_gap_days` is
    the mean distance between the amount-weighted day of purchase and of sale, weighted by the smaller.
    """
    joined = _both_sides(inputs)
    smaller, larger = ibis.least(joined.came, joined.went), ibis.greatest(joined.came, joined.went)
    gap = ((_mean_day(joined, "went") - _mean_day(joined, "came")).abs() * TENTHS).round().cast("int64")
    rows = joined.mutate(smaller=smaller, larger=larger, gap=gap, weight=smaller.floor().cast("int64"))
    weighed = rows.gap.notnull() & (rows.weight > 0)
    return rows.group_by("household_id").agg(
        flow_matched=total(rows.smaller),
        flow_larger=total(rows.larger),
        flow_gap_days=total(rows.gap * rows.weight, weighed) / total(rows.weight, weighed).nullif(0) / TENTHS,
    )


def _mean_day(joined: Any, way: str) -> Any:
    return joined[f"{way}_days"].cast("float64") / joined[f"{way}_whole"].cast("float64").nullif(0)


def _both_sides(inputs: Inputs) -> Any:
    """Per household and month: net amounts that came in and went out, with 元 × day and 元 of the blue invoices."""
    sides = ibis.union(_flow(inputs, "buyer"), _flow(inputs, "seller"))
    sums = {}
    for side, way in (("buyer", "came"), ("seller", "went")):
        own = sides.side == side
        sums[way] = sides.amount.sum(where=own).cast(MONEY).fill_null(0)
        sums[f"{way}_days"] = sides.day_amount.sum(where=own).cast(WHOLE).fill_null(0)
        sums[f"{way}_whole"] = sides.blue_amount.sum(where=own).cast(MONEY).fill_null(0)
    return sides.group_by("household_id", "month").agg(**sums)


def _flow(inputs: Inputs, side: str) -> Any:
    rows = aged_months(inputs, side)
    rows = rows.filter((rows.age < YEAR) & (rows.amount > 0))
    return rows.select("household_id", "month", "amount", "day_amount", "blue_amount", side=ibis.literal(side))
