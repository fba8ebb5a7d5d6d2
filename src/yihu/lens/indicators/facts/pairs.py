"""Who trades with whom: partners counted, weighed and judged by what they are. `buyers_*` and `suppliers_*`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import ibis
import pyarrow.parquet as pq

from yihu.lens.indicators.facts.distances import distances
from yihu.lens.indicators.facts.inputs import Inputs, prefixed, tally, total
from yihu.lens.indicators.facts.sides import QUARTER, YEAR
from yihu.lens.indicators.grammar.expand import needed_windows
from yihu.lens.indicators.grammar.spec import windows
from yihu.lens.indicators.partials import MONEY
from yihu.lens.indicators.window import month_number_of

SELLER, BUYER = "seller_household_id", "buyer_household_id"
# side -> (own column, partner's column)
SIDES: Mapping[str, tuple[str, str]] = MappingProxyType({"buyers": (SELLER, BUYER), "suppliers": (BUYER, SELLER)})
ZERO = ibis.literal(0).cast(MONEY)
FAR_KM = 1_000
YOUNG_DAYS = 365
# Whole yuan squared and summed must stay exact; DuckDB keeps a product in the width of its factors.
YUAN = SQUARE = "decimal(38, 0)"


def pair_windows(inputs: Inputs) -> Any:
    """
    One row per seller and buyer, over all history: first_month, last_month, and for each window of `pair_spans` the
    net amount_<window> in money and invoices_<window>.
    """
    trades = inputs.table("trades")
    number = month_number_of(trades.month)
    aged = trades.mutate(age=(inputs.window.month - number).cast("int32"), number=number)
    aged = aged.filter(aged.age >= 0)
    sums: dict[str, Any] = {}
    for window, (first, end) in pair_spans().items():
        inside = (aged.age >= first) & (aged.age < end)
        sums[f"amount_{window}"] = aged.amount.sum(where=inside).cast(MONEY).fill_null(ZERO)
        sums[f"invoices_{window}"] = aged.invoice_count.sum(where=inside).cast("int64").fill_null(0)
    return aged.group_by(SELLER, BUYER).agg(first_month=aged.number.min(), last_month=aged.number.max(), **sums)


def pair_spans() -> dict[str, tuple[int, int]]:
    """The windows partners are looked at over: what the grammar asks for, the year and the quarter always."""
    asked = {window for side in SIDES for _, window in needed_windows()[side]} | {"year", "quarter"}
    return {name: span for name, span in windows().items() if name in asked}


def traits(inputs: Inputs) -> Any:
    """
    What a household is to its partners.

    province (two digits), age_days, registered, closed, closed_month, abnormal, proven (a confirmed false issuer),
    small (a small-scale taxpayer).
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
        closed_month=month_number_of(joined.closed_on),
        small=joined.taxpayer_kind_code.fill_null("") == "SMALL",
        abnormal=joined.status_code.fill_null("") == "ABNORMAL",
        proven=joined.proven.fill_null(False),
    )


def partners(inputs: Inputs) -> Any:
    """Both sides' partner facts of the last 12 months, keyed by household."""
    sides = [prefixed(_partner_facts(yearly(inputs, side)), side) for side in SIDES]
    both = sides[0].outer_join(sides[1], "household_id")
    both = both.mutate(household_id=ibis.coalesce(both.household_id, both.household_id_right))
    both = both.drop("household_id_right")
    return both.left_join(_mutual(yearly(inputs, "buyers")), "household_id").drop("household_id_right")


def judged_pairs(inputs: Inputs, side: str) -> Any:
    """
    `pair_windows` seen from a household: household_id, partner_id, what the partner is (`traits`), and

    km between their provinces' seats, related (tied by person, phone, address or device), newness in months, gone
    (closed within 90 days after the last month of trade). Kept for the run.
    """
    own, other = SIDES[side]
    pairs = inputs.once("pairs", lambda: pair_windows(inputs), [SELLER, BUYER])
    known = inputs.once("traits", lambda: traits(inputs), ["household_id"])
    return inputs.once(side, lambda: _judged(inputs, pairs, known, own, other), ["household_id", "partner_id"])


def _judged(inputs: Inputs, pairs: Any, known: Any, own: str, other: str) -> Any:
    rows = pairs.rename(household_id=own, partner_id=other)
    partner = known.rename(partner_id="household_id", partner_province="province")
    home = known.select("household_id", home_province="province")
    rows = rows.left_join(partner, "partner_id").drop("partner_id_right")
    rows = rows.left_join(home, "household_id").drop("household_id_right")
    rows = rows.left_join(_apart(inputs), ["home_province", "partner_province"])
    rows = rows.drop("home_province_right", "partner_province_right")
    rows = rows.left_join(_related(inputs), ["household_id", "partner_id"]).drop(
        "household_id_right", "partner_id_right"
    )
    ended = (rows.closed_month - rows.last_month).fill_null(-1)
    return rows.mutate(
        related=rows.related.fill_null(False),
        newness=(inputs.window.month - rows.first_month).cast("int32"),
        gone=rows.closed & (ended >= 0) & (ended <= QUARTER),
    )


def _apart(inputs: Inputs) -> Any:
    km = inputs.scratch / "distances.parquet"
    pq.write_table(distances(), km)
    return inputs.engine.read([km])


def _related(inputs: Inputs) -> Any:
    """Pairs of households tied by more than a bookkeeping agent."""
    links = inputs.table("links").filter(lambda t: t.link_code != "AGENT")
    pairs = links.select("household_id", partner_id="other_household_id").distinct()
    return pairs.mutate(related=True)


def yearly(inputs: Inputs, side: str) -> Any:
    """Judged pairs with net trade above zero in the last 12 months: amount, recent (3 months), invoices, yuan."""
    rows = judged_pairs(inputs, side)
    rows = rows.filter(rows.amount_year > 0)
    return rows.mutate(
        amount=rows.amount_year,
        recent=rows.amount_quarter,
        invoices=rows.invoices_year,
        yuan=rows.amount_year.floor().cast("int64"),
    )


def _partner_facts(rows: Any) -> Any:
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
    back = pairs.select(household_id="partner_id", partner_id="household_id", returned="amount")
    there = pairs.select("household_id", "partner_id", "amount")
    both = there.join(back, ["household_id", "partner_id"])
    apart = both.filter(both.household_id != both.partner_id)
    return apart.group_by("household_id").agg(mutual=total(ibis.least(apart.amount, apart.returned)))
