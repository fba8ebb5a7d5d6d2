"""Months added up, as Ibis expressions that run on DuckDB and on Spark."""

from typing import Any

import ibis
from ibis import _

from yihu.lens.household.monthly import MONEY

MAX_FAN_OUT = 50
"""A value shared by more households than this ties nobody to anybody: it is an office tower or an agency."""


def all_goods(monthly_goods: Any) -> Any:
    """Amounts by seller, buyer and goods group over all months."""
    return monthly_goods.group_by("seller_household_id", "buyer_household_id", "goods_group").agg(
        amount=_.amount.sum().cast(MONEY)
    )


def activity(sides: Any) -> Any:
    """Per household: valid sales and purchases (CNY, without tax) and the days of its first and last invoice."""
    return sides.group_by("household_id").agg(
        sales_amount=_.amount.sum(where=sides.side_code == "SELLER").fill_null(0).cast(MONEY),
        purchase_amount=_.amount.sum(where=sides.side_code == "BUYER").fill_null(0).cast(MONEY),
        first_invoice_on=_.first_at.min().date(),
        last_invoice_on=_.last_at.max().date(),
    )


def links(ties: Any) -> Any:
    """
    Pairs of households that share a value. `ties`: distinct household_id, link_code, value.

    Every pair stands in both directions. Strength is 1 / (sharing households - 1): 1.0 when only the two share it.
    A value shared by more than `MAX_FAN_OUT` households gives no pairs but one row for each of them, with
    `shared_count` and without the other household.
    """
    shared = ties.group_by("link_code", "value").agg(shared_count=_.count()).filter(_.shared_count > 1)
    tied = ties.join(shared, ["link_code", "value"])
    few = tied.filter(tied.shared_count <= MAX_FAN_OUT)
    other = few.select("link_code", "value", other_household_id="household_id")
    pairs = few.join(other, ["link_code", "value"]).filter(_.household_id != _.other_household_id)
    crowd = tied.filter(tied.shared_count > MAX_FAN_OUT)
    return ibis.union(_link(pairs, pairs.other_household_id), _link(crowd, ibis.null("string")))


def _link(rows: Any, other: Any) -> Any:
    strength = (ibis.literal(1.0) / (rows.shared_count - 1).cast("float64")).round(6)
    return rows.select(
        "household_id",
        "link_code",
        "value",
        "shared_count",
        other_household_id=other,
        strength=strength.cast("float64"),
    ).select("household_id", "other_household_id", "link_code", "value", "strength", "shared_count")
