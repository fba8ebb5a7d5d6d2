"""
What is known of those a household trades with and is tied to: risk is catching, and shells come in gangs.

Every figure is of the snapshot itself; a household's own figures are not among them. Suppliers and buyers count by the
amount of the last twelve months; ties are shared persons, telephones, addresses and devices.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal
from yihu.lens.indicators.theme import Unit

WINDOW_MONTHS = 12
YOUNG_YEARS = 1.5
TOLD = 40  # the score from which the worklist calls a household at least MEDIUM

FIGURES: Mapping[str, tuple[str, Unit]] = {
    "supplier_risk": ("上游规则分（按金额平均）", "个"),
    "supplier_risk_top": ("上游最高规则分", "个"),
    "supplier_risky_share": ("上游中高风险占比", "比率"),
    "supplier_second_risk": ("上游的上游规则分", "个"),
    "supplier_life_years": ("上游平均存续年限", "年"),
    "supplier_gone_share": ("上游已注销或非正常占比", "比率"),
    "supplier_bare_share": ("上游有销无进占比", "比率"),
    "buyer_risk": ("下游规则分（按金额平均）", "个"),
    "buyer_risk_top": ("下游最高规则分", "个"),
    "buyer_risky_share": ("下游中高风险占比", "比率"),
    "buyer_second_risk": ("下游的下游规则分", "个"),
    "buyer_life_years": ("下游平均存续年限", "年"),
    "buyer_gone_share": ("下游已注销或非正常占比", "比率"),
    "buyer_suppliers": ("下游平均供应户数", "户"),
    "tie_count": ("有关联的户数", "户"),
    "tie_risk": ("关联户规则分（按关联强度平均）", "个"),
    "tie_risk_top": ("关联户最高规则分", "个"),
    "tie_risky_count": ("中高风险关联户数", "户"),
    "tie_young_count": ("新设关联户数", "户"),
    "tie_gone_count": ("已注销或非正常关联户数", "户"),
    "tie_sales": ("关联户累计开票额", "元"),
    "tie_traded_share": ("与关联户交易占比", "比率"),
}


def create_neighbours(con: Any, out: Path, wanted: set[str]) -> None:
    """
    Create table `neighbours` (household_id and the columns of `FIGURES`) from the tables of a snapshot.

    :param wanted: columns of indicators.parquet; a figure that rests on a missing one is null
    """
    for name in ("households", "indicators", "risk", "trades", "links"):
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW seen_{name} AS FROM read_parquet({literal(str(out / name))[:-1]}.parquet')"
        )
    bare = "i.sale_without_purchase" if "sale_without_purchase" in wanted else "NULL::DOUBLE"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE about AS SELECT h.household_id, coalesce(r.rule_score, 0) AS risk, "
        "date_diff('day', h.registered_on, d.day) / 365.25 AS years, "
        "(h.closed_on IS NOT NULL OR coalesce(h.status_code, 'NORMAL') <> 'NORMAL')::INTEGER AS gone, "
        f"{bare} AS bare, CAST(h.sales_amount AS DOUBLE) AS sales "
        "FROM seen_households h LEFT JOIN seen_risk r USING (household_id) "
        "LEFT JOIN seen_indicators i USING (household_id) "
        "CROSS JOIN (SELECT max(last_invoice_on) AS day FROM seen_households) d"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE traded AS SELECT seller_household_id AS seller, buyer_household_id AS buyer, "
        "CAST(sum(amount) AS DOUBLE) AS amount FROM seen_trades, "
        "(SELECT max(month) AS newest FROM seen_trades) "
        f"WHERE month > newest - INTERVAL {WINDOW_MONTHS} MONTH AND seller_household_id <> buyer_household_id "
        "GROUP BY ALL HAVING sum(amount) > 0"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE first_step AS "
        "SELECT household_id, max(up) AS up, max(down) AS down FROM ("
        "SELECT buyer AS household_id, sum(amount * risk) / sum(amount) AS up, NULL AS down FROM traded "
        "JOIN about ON about.household_id = seller GROUP BY 1 UNION ALL "
        "SELECT seller, NULL, sum(amount * risk) / sum(amount) FROM traded "
        "JOIN about ON about.household_id = buyer GROUP BY 1) GROUP BY 1"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE neighbours AS SELECT h.household_id, s.* EXCLUDE (household_id), "
        "b.* EXCLUDE (household_id), t.* EXCLUDE (household_id) FROM seen_households h "
        f"LEFT JOIN ({_suppliers()}) s USING (household_id) LEFT JOIN ({_buyers()}) b USING (household_id) "
        f"LEFT JOIN ({_ties()}) t USING (household_id)"
    )


def _weighed(figure: str) -> str:
    known = f"FILTER (({figure}) IS NOT NULL)"
    return f"sum(amount * ({figure})) {known} / nullif(sum(amount) {known}, 0)"


def _suppliers() -> str:
    return (
        f"SELECT buyer AS household_id, {_weighed('a.risk')} AS supplier_risk, max(a.risk) AS supplier_risk_top, "
        f"{_weighed(f'(a.risk >= {TOLD})::INTEGER')} AS supplier_risky_share, "
        f"{_weighed('f.up')} AS supplier_second_risk, {_weighed('a.years')} AS supplier_life_years, "
        f"{_weighed('a.gone')} AS supplier_gone_share, {_weighed('a.bare')} AS supplier_bare_share "
        "FROM traded JOIN about a ON a.household_id = seller "
        "LEFT JOIN first_step f ON f.household_id = seller GROUP BY 1"
    )


def _buyers() -> str:
    return (
        f"SELECT seller AS household_id, {_weighed('a.risk')} AS buyer_risk, max(a.risk) AS buyer_risk_top, "
        f"{_weighed(f'(a.risk >= {TOLD})::INTEGER')} AS buyer_risky_share, "
        f"{_weighed('f.down')} AS buyer_second_risk, {_weighed('a.years')} AS buyer_life_years, "
        f"{_weighed('a.gone')} AS buyer_gone_share, avg(n.suppliers) AS buyer_suppliers "
        "FROM traded JOIN about a ON a.household_id = buyer LEFT JOIN first_step f ON f.household_id = buyer "
        "LEFT JOIN (SELECT buyer AS household_id, count(*) AS suppliers FROM traded GROUP BY 1) n "
        "ON n.household_id = buyer GROUP BY 1"
    )


def _ties() -> str:
    tied = (
        "SELECT household_id, other_household_id AS other, max(strength) AS strength FROM seen_links "
        "WHERE other_household_id IS NOT NULL GROUP BY ALL"
    )
    both = (
        "SELECT seller AS household_id, buyer AS other, amount FROM traded UNION ALL "
        "SELECT buyer, seller, amount FROM traded"
    )
    return (
        "SELECT t.household_id, count(*)::DOUBLE AS tie_count, sum(strength * a.risk) / sum(strength) AS tie_risk, "
        f"max(a.risk) AS tie_risk_top, count(*) FILTER (a.risk >= {TOLD})::DOUBLE AS tie_risky_count, "
        f"count(*) FILTER (a.years < {YOUNG_YEARS})::DOUBLE AS tie_young_count, sum(a.gone)::DOUBLE AS tie_gone_count, "
        "sum(a.sales) AS tie_sales, coalesce(sum(x.amount), 0) / nullif(any_value(w.amount), 0) AS tie_traded_share "
        f"FROM ({tied}) t JOIN about a ON a.household_id = t.other "
        f"LEFT JOIN (SELECT household_id, other, sum(amount) AS amount FROM ({both}) GROUP BY ALL) x "
        "ON x.household_id = t.household_id AND x.other = t.other "
        f"LEFT JOIN (SELECT household_id, sum(amount) AS amount FROM ({both}) GROUP BY 1) w "
        "ON w.household_id = t.household_id GROUP BY 1"
    )
