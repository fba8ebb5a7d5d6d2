"""Who trades with whom: partners counted, weighed and judged by what they are. `buyers_*` and `suppliers_*`."""

from typing import Any

import ibis
import pyarrow.parquet as pq

from yihu.lens.indicators.facts.distances import distances
from yihu.lens.indicators.facts.inputs import Inputs, prefixed, tally, total
from yihu.lens.indicators.facts.sides import QUARTER, YEAR
from yihu.lens.indicators.partials import MONEY
from yihu.lens.indicators.window import month_number_of

SELLER, BUYER = "seller_household_id", "buyer_household_id"
FAR_KM = 1_000
YOUNG_DAYS = 365
# Whole yuan squared and summed must stay exact; DuckDB keeps a product in the width of its factors.
YUAN = SQUARE = "decimal(38, 0)"


def yearly_pairs(inputs: Inputs) -> Any:
    """
    One row per seller and buyer with net trade above zero in the last 12 months.

    amount, recent (last 3 months) in money, invoices int64, first_month of all history.
    """
    trades = inputs.table("trades")
    aged = trades.mutate(age=inputs.window.month - month_number_of(trades.month), number=month_number_of(trades.month))
    aged = aged.filter(aged.age >= 0)
    year = aged.age < YEAR
    sums = aged.group_by(SELLER, BUYER).agg(
        amount=aged.amount.sum(where=year).cast(MONEY),
        recent=aged.amount.sum(where=aged.age < QUARTER).cast(MONEY).fill_null(0),
        invoices=aged.invoice_count.sum(where=year).cast(YUAN),
        first_month=aged.number.min(),
    )
    return sums.filter(sums.amount > 0)


def traits(inputs: Inputs) -> Any:
    """
    What a household is to its partners.

    province (two digits), age_days, registered, closed, abnormal, proven (a confirmed false issuer).
    """
    households = inputs.table("households")
    third = inputs.table("third_party")
    known = third.filter(
        (third.source_code == "CONFIRMED_FALSE_ISSUER")
        & (third.occurred_on.fill_null(inputs.window.as_of) <= inputs.window.as_of)
    )
    known = known.select("household_id").distinct().mutate(proven=True)
    joined = households.left_join(known, "household_id")
    return joined.select(
        "household_id",
        province=joined.division_code.substr(0, 2).nullif(""),
        age_days=inputs.window.days_since(joined.registered_on),
        registered=joined.is_registered,
        closed=joined.status_code.fill_null("") == "CLOSED",
        abnormal=joined.status_code.fill_null("") == "ABNORMAL",
        proven=joined.proven.fill_null(False),
    )


def partners(inputs: Inputs) -> Any:
    """Both sides' partner facts, keyed by household."""
    pairs = inputs.keep("pairs", yearly_pairs(inputs), [SELLER, BUYER])
    known = inputs.keep("traits", traits(inputs), ["household_id"])
    km = inputs.scratch / "distances.parquet"
    pq.write_table(distances(), km)
    apart = inputs.engine.read([km])
    buyers = _partner_facts(inputs, pairs, known, apart, SELLER, BUYER)
    suppliers = _partner_facts(inputs, pairs, known, apart, BUYER, SELLER)
    sides = prefixed(buyers, "buyers").outer_join(prefixed(suppliers, "suppliers"), "household_id")
    own = ibis.coalesce(sides.household_id, sides.household_id_right)
    sides = sides.mutate(household_id=own).drop("household_id_right")
    return sides.left_join(_mutual(pairs), "household_id").drop("household_id_right")


def _partner_facts(inputs: Inputs, pairs: Any, known: Any, apart: Any, own: str, other: str) -> Any:
    rows = pairs.rename(household_id=own, partner_id=other)
    partner = known.rename(partner_id="household_id", partner_province="province")
    home = known.select("household_id", home_province="province")
    rows = rows.left_join(partner, "partner_id").drop("partner_id_right")
    rows = rows.left_join(home, "household_id").drop("household_id_right")
    rows = rows.left_join(apart, ["home_province", "partner_province"])
    rows = rows.mutate(yuan=rows.amount.floor().cast("int64"), newness=inputs.window.month - rows.first_month)
    return rows.group_by("household_id").agg(**_weights(rows), **_judgements(rows))


def _weights(rows: Any) -> dict[str, Any]:
    whole = rows.amount.floor().cast(YUAN)
    once = rows.invoices == 1
    return {
        "count": tally(rows),
        "amount": total(rows.amount),
        "squares": (whole * whole).sum().cast(SQUARE).cast("float64"),
        "whole": whole.sum().cast("float64"),
        "top": rows.amount.max().cast("float64"),
        "once_count": tally(rows, once),
        "recent": total(rows.recent, rows.recent > 0),
        "recent_new": total(rows.recent, (rows.recent > 0) & (rows.newness < QUARTER)),
        "first_month": rows.first_month.min().cast("float64"),
        "year_old_amount": total(rows.amount, rows.newness >= YEAR),
    }


def _judgements(rows: Any) -> dict[str, Any]:
    """Amounts by what the partner is; ages and distances as sums of 元 × days and 元 × km."""
    aged, located = rows.age_days >= 0, rows.km.notnull()
    young = aged & (rows.age_days < YOUNG_DAYS)
    far = located & (rows.km >= FAR_KM)
    return {
        "aged": total(rows.yuan, aged),
        "age_days": total(rows.yuan * rows.age_days, aged),
        "young": total(rows.yuan, young),
        "located": total(rows.yuan, located),
        "km": total(rows.yuan * rows.km, located),
        "far": total(rows.yuan, far),
        "far_new": total(rows.yuan, far & (rows.newness < YEAR // 2)),
        "unregistered": total(rows.amount, ~rows.registered),
        "closed": total(rows.amount, rows.closed),
        "abnormal": total(rows.amount, rows.abnormal),
        "false": total(rows.amount, rows.proven),
        "troubled": total(rows.amount, rows.abnormal | rows.proven),
    }


def _mutual(pairs: Any) -> Any:
    """`mutual`: the smaller of what each pair of partners sold one another, summed."""
    back = pairs.select(household_id=BUYER, partner_id=SELLER, returned="amount")
    there = pairs.select(household_id=SELLER, partner_id=BUYER, amount="amount")
    both = there.join(back, ["household_id", "partner_id"])
    apart = both.filter(both.household_id != both.partner_id)
    return apart.group_by("household_id").agg(mutual=total(ibis.least(apart.amount, apart.returned)))
