"""The figures a model sees of one snapshot: indicators, network and register facts, neighbours; never an identity."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yihu.lens.backends.duck import connect, literal
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.indicators.theme import Unit
from yihu.lens.learning.cards import LearnedFeature
from yihu.lens.learning.neighbours import FIGURES, create_neighbours
from yihu.lens.learning.sense import Sense, load_sense

Matrix = npt.NDArray[np.float32]

EXPERT = "expert_score"
"""The score by which the rules rank: what a model starts from, see `fitting.Prior`."""
FACTS: Mapping[str, tuple[str, Unit]] = {
    "is_abnormal": ("非正常户", "个"),
    "is_closed": ("已注销", "个"),
    "is_general": ("一般纳税人", "个"),
    "is_individual": ("个体工商户", "个"),
    "registered_capital": ("注册资本", "元"),
    "registration_count": ("登记户数", "个"),
    "life_years": ("存续年限", "年"),
    "life_sales": ("累计开票额", "元"),
    "life_purchases": ("累计取票额", "元"),
    "exposure_up": ("进项与已证实虚开户的关联", "比率"),
    "exposure_down": ("销项与已证实虚开户的关联", "比率"),
    "supplier_degree": ("历来销方户数", "户"),
    "buyer_degree": ("历来购方户数", "户"),
    "strong_size": ("互通交易圈户数", "户"),
    "ring_length": ("交易环户数", "个"),
    "ring_balance": ("交易环金额均衡度", "比率"),
    "ring_amount": ("交易环最小一段金额", "元"),
    "ring_quarters": ("交易环出现的季度数", "个"),
    "ring_in_order": ("交易环合于时间先后", "个"),
    "rule_score": ("专家规则分", "个"),
    "outlier_score": ("离群分", "个"),
    EXPERT: ("专家综合分", "个"),
}
# How a figure is written for officers where the unit it was defined by says too little. The digest goes on by the
# definition's unit, so that models trained before go on scoring.
WRITTEN: Mapping[str, Unit] = {
    **dict.fromkeys(("is_abnormal", "is_closed", "is_general", "is_individual", "ring_in_order"), "是否"),
    **dict.fromkeys(("registration_count", "ring_length"), "户"),
    **dict.fromkeys(("rule_score", "outlier_score", EXPERT), "分"),
    **dict.fromkeys(("supplier_risk", "supplier_risk_top", "supplier_second_risk"), "分"),
    **dict.fromkeys(("buyer_risk", "buyer_risk_top", "buyer_second_risk", "tie_risk", "tie_risk_top"), "分"),
    "ring_quarters": "季度",
}
FACT_SQL = (
    "SELECT h.household_id, h.name, h.division_code, h.division_name, h.industry_code, h.industry_name, "
    "CAST(h.sales_amount AS DOUBLE) AS size, n.is_confirmed, "
    "(h.status_code = 'ABNORMAL')::DOUBLE AS is_abnormal, (h.closed_on IS NOT NULL)::DOUBLE AS is_closed, "
    "(h.taxpayer_kind_code = 'GENERAL')::DOUBLE AS is_general, "
    "(h.type_code LIKE '4%')::DOUBLE AS is_individual, CAST(h.registered_capital AS DOUBLE) AS registered_capital, "
    "h.registration_count::DOUBLE AS registration_count, "
    "date_diff('day', h.registered_on, h.closed_on) / 365.25 AS life_years, "
    "CAST(h.sales_amount AS DOUBLE) AS life_sales, CAST(h.purchase_amount AS DOUBLE) AS life_purchases, "
    "n.exposure_up, n.exposure_down, n.in_degree::DOUBLE AS supplier_degree, n.out_degree::DOUBLE AS buyer_degree, "
    "n.strong_size::DOUBLE AS strong_size, n.ring_length::DOUBLE AS ring_length, n.ring_balance, "
    "CAST(n.ring_amount AS DOUBLE) AS ring_amount, n.ring_quarters::DOUBLE AS ring_quarters, "
    "n.ring_in_order::DOUBLE AS ring_in_order, r.rule_score, r.outlier_score, r.score AS expert_score "
    "FROM read_parquet({households}) h JOIN read_parquet({nodes}) n USING (household_id) "
    "JOIN read_parquet({risk}) r USING (household_id) "
    "WHERE h.is_registered OR NOT (SELECT bool_or(is_registered) FROM read_parquet({households}))"
)
PLACES = ("name", "division_code", "division_name", "industry_code", "industry_name")


@dataclass(frozen=True, slots=True)
class Frame:
    """
    Registered households (all, where none is registered) in the order of household_id.

    :param matrix: float32 [households, features], NaN where unknown
    :param size: total sales in yuan, float64 [households]; `known`: already confirmed by the snapshot's day
    :param places: name, division and industry of each, for reports by group; a model never sees them
    """

    household_ids: list[str]
    features: tuple[LearnedFeature, ...]
    matrix: Matrix
    size: npt.NDArray[np.float64]
    known: npt.NDArray[np.bool_]
    places: dict[str, list[str | None]]

    def __len__(self) -> int:
        return len(self.household_ids)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(f.code for f in self.features)


def read_frame(snapshot: Path) -> Frame:
    """Read the figures of a snapshot directory; columns in the order of the catalogue, then facts and neighbours."""
    con = connect(spill=snapshot.parent / ".spill")
    try:
        return _read(con, snapshot)
    finally:
        con.close()


def _read(con: Any, snapshot: Path) -> Frame:
    indicators = f"read_parquet({literal(str(snapshot / 'indicators.parquet'))})"
    there = {row[0] for row in con.execute(f"DESCRIBE FROM {indicators}").fetchall()}
    create_neighbours(con, snapshot, there)
    features = tuple(f for f in describe_features() if f.code in there or f.code in FACTS or f.code in FIGURES)
    own = [f"i.{f.code}" for f in features if f.code in there and f.code not in FACTS]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE facts AS "
        + FACT_SQL.format(
            households=literal(str(snapshot / "households.parquet")),
            nodes=literal(str(snapshot / "network" / "nodes.parquet")),
            risk=literal(str(snapshot / "risk.parquet")),
        )
    )
    told = con.sql(
        f"SELECT f.*, {', '.join(own)}, n.* EXCLUDE (household_id) FROM facts f "
        f"JOIN {indicators} i USING (household_id) JOIN neighbours n USING (household_id) ORDER BY household_id"
    ).to_arrow_table()
    matrix = np.empty((told.num_rows, len(features)), np.float32)
    for place, feature in enumerate(features):
        matrix[:, place] = _floats(told[feature.code])
    return Frame(
        told["household_id"].to_pylist(), features, matrix, _floats(told["size"]),
        told["is_confirmed"].to_numpy().astype(bool), {name: told[name].to_pylist() for name in PLACES},
    )  # fmt: skip


def describe_features() -> list[LearnedFeature]:
    """Every figure a model may see, in the order of the matrix, with what law or sense says of it."""
    sense = load_sense()
    items = [_learned(i.code, i.zh, i.unit, i.theme, f"{i.formula}|{i.window}", sense) for i in catalogue()]
    seen = {item.code for item in items}
    for theme, figures in (("登记与网络", FACTS), ("交易对手与关联户", FIGURES)):
        items += [_learned(c, zh, unit, theme, zh, sense) for c, (zh, unit) in figures.items() if c not in seen]
    return items


def _learned(code: str, zh: str, unit: Unit, theme: str, definition: str, sense: Sense) -> LearnedFeature:
    digest = hashlib.sha256(f"{code}|{unit}|{definition}".encode()).hexdigest()[:12]
    monotone, reason = sense.monotone.get(code, (0, ""))
    return LearnedFeature(code, zh, WRITTEN.get(code, unit), digest, monotone, reason, sense.is_changeable(code, theme))


def _floats(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    return np.asarray(column.cast("float64").to_numpy(), np.float64)
