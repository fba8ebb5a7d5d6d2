"""What case reports look at: the shape of a whole life, thresholds, what one owner holds, firms founded together."""

from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs, tally, total
from yihu.lens.indicators.facts.pairs import traits
from yihu.lens.indicators.facts.people import LEGAL
from yihu.lens.indicators.facts.sides import QUARTER, YEAR, aged_months

# 小规模纳税人: annual taxable sales up to 5,000,000 yuan; no VAT up to 100,000 yuan of monthly sales.
SMALL_SCALE = 5_000_000
EXEMPT_MONTH = 100_000
NEAR = 0.9
SPLIT_FROM = 0.5
TOGETHER_DAYS = 90


def lives(inputs: Inputs) -> Any:
    """
    All months with sales: `life_first`, `life_last`, `life_peak` (the first of the largest; month numbers),

    `life_amount` of all, `life_opening` of the first three months.
    """
    rows = aged_months(inputs, "seller")
    rows = rows.filter(rows.amount > 0)
    first = rows.month.min().over(group_by="household_id")
    rank = ibis.row_number().over(group_by="household_id", order_by=[ibis.desc(rows.amount), rows.month])
    rows = rows.mutate(first=first, rank=rank)
    return rows.group_by("household_id").agg(
        life_first=rows.month.min().cast("float64"),
        life_last=rows.month.max().cast("float64"),
        life_peak=rows.month.max(where=rows["rank"] == 0).cast("float64"),
        life_amount=total(rows.amount),
        life_opening=total(rows.amount, rows.month < rows["first"] + QUARTER),
    )


def edges(inputs: Inputs) -> Any:
    """`edge_months`: of the last 12 months, those with sales just below what small-scale taxpayers sell free of VAT."""
    rows = aged_months(inputs, "seller")
    near = (rows.amount > int(EXEMPT_MONTH * NEAR)) & (rows.amount <= EXEMPT_MONTH)
    return rows.group_by("household_id").agg(edge_months=tally(rows, (rows.age < YEAR) & near))


def owners(inputs: Inputs) -> Any:
    """
    What the legal representatives hold in all: the largest over a household's own.

    `owner_small_sales` of their small-scale firms in 12 months, `owner_split_firms` of those firms with sales of half
    the small-scale limit up to all of it, `owner_bad_firms` of their other firms closed or abnormal.
    """
    roles, as_of = inputs.table("roles"), inputs.window.as_of
    serving = (roles.end_on.isnull() | (roles.end_on >= as_of)) & (roles.start_on.isnull() | (roles.start_on <= as_of))
    held = roles.filter(serving & (roles.role_code == LEGAL)).select("household_id", "natural_person_id").distinct()
    months = aged_months(inputs, "seller")
    year = months.filter(months.age < YEAR).group_by("household_id").agg(sales=lambda t: t.amount.sum())
    known = traits(inputs).select("household_id", "small", "closed", "abnormal")
    firms = held.join(known, "household_id").left_join(year, "household_id").drop("household_id_right")
    split = firms.small & (firms.sales > int(SMALL_SCALE * SPLIT_FROM)) & (firms.sales <= SMALL_SCALE)
    firms = firms.mutate(bad=firms.closed | firms.abnormal, split=split)
    persons = firms.group_by("natural_person_id").agg(
        small_sales=total(firms.sales, firms.small & (firms.sales > 0)),
        split_firms=tally(firms, firms.split),
        bad_firms=tally(firms, firms.bad),
    )
    rows = firms.select("household_id", "natural_person_id", "bad").join(persons, "natural_person_id")
    others = rows.bad_firms - rows.bad.fill_null(False).cast("float64")
    return rows.group_by("household_id").agg(
        owner_small_sales=rows.small_sales.max(),
        owner_split_firms=rows.split_firms.max(),
        owner_bad_firms=others.max(),
    )


def founded_together(inputs: Inputs) -> Any:
    """`tied_together`: tied households registered within 90 days of this one; `tied_dated` those with a known day."""
    links = inputs.table("links").filter(lambda t: t.link_code != "AGENT")
    links = links.select("household_id", "other_household_id").distinct()
    days = inputs.table("households").select("household_id", "registered_on")
    others = days.rename(other_household_id="household_id", other_on="registered_on")
    rows = links.join(days, "household_id").join(others, "other_household_id")
    apart = rows.registered_on.delta(rows.other_on, unit="day").abs()
    return rows.group_by("household_id").agg(
        tied_together=tally(rows, apart <= TOGETHER_DAYS), tied_dated=tally(rows, apart.notnull())
    )
