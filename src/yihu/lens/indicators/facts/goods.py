"""What is bought against what is sold, by goods group (all history: goods are kept without months)."""

from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs, tally, total
from yihu.lens.indicators.partials import MONEY

UNNAMED = "未注明"
# 农、林、牧、渔业类产品 in the classification of goods and services.
FARM = "101"


def goods(inputs: Inputs) -> Any:
    """
    Goods of each household.

    `goods_sold`, `goods_bought` (net amounts of named groups, each above zero), `goods_sold_unbought`,
    `goods_bought_unsold`, `goods_sold_groups`, `goods_bought_groups`, `goods_bought_farm`, `goods_sold_top`.
    """
    rows = inputs.table("trade_goods")
    rows = rows.filter(rows.goods_group != UNNAMED)
    both = ibis.union(_half(rows, "seller"), _half(rows, "buyer"))
    zero = ibis.literal(0).cast(MONEY)
    groups = both.group_by("household_id", "goods_group").agg(
        sold=ibis.greatest(both.amount.sum(where=both.side == "seller").cast(MONEY).fill_null(0), zero),
        bought=ibis.greatest(both.amount.sum(where=both.side == "buyer").cast(MONEY).fill_null(0), zero),
    )
    return groups.group_by("household_id").agg(
        goods_sold=total(groups.sold),
        goods_bought=total(groups.bought),
        goods_sold_unbought=total(groups.sold, groups.bought == 0),
        goods_bought_unsold=total(groups.bought, groups.sold == 0),
        goods_sold_groups=tally(groups, groups.sold > 0),
        goods_bought_groups=tally(groups, groups.bought > 0),
        goods_bought_farm=total(groups.bought, groups.goods_group == FARM).fill_null(0),
        goods_sold_top=groups.sold.max().cast("float64"),
    )


def _half(rows: Any, side: str) -> Any:
    return rows.select("goods_group", "amount", household_id=f"{side}_household_id", side=ibis.literal(side))
