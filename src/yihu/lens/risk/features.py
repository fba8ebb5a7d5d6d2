"""The figures the rules see: indicators, network and register facts, one row per household."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from yihu.lens.backends.duck import literal
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.indicators.schemes import THEME as SCHEMES
from yihu.lens.indicators.theme import Unit
from yihu.lens.risk.peers import peer_percentiles

FloatArray = npt.NDArray[np.float64]

# Facts that are no indicators: Chinese name and unit.
FACTS: Mapping[str, tuple[str, Unit]] = {
    "is_confirmed": ("已证实虚开", "个"),
    "is_abnormal": ("非正常户", "个"),
    "life_years": ("存续年限", "年"),
    "life_sales": ("累计开票额", "元"),
    "exposure_up": ("进项与已证实虚开户的关联", "比率"),
    "exposure_down": ("销项与已证实虚开户的关联", "比率"),
    "ring_length": ("交易环户数", "个"),
    "ring_balance": ("交易环金额均衡度", "比率"),
    "ring_amount": ("交易环最小一段金额", "元"),
    "ring_quarters": ("交易环出现的季度数", "个"),
    "ring_in_order": ("交易环合于时间先后", "个"),
}
FACTS_SQL = (
    "SELECT h.household_id, h.peer_group, h.is_registered, n.in_degree + n.out_degree AS partners, "
    "CASE WHEN n.is_confirmed THEN 1 END AS is_confirmed, "
    "CASE WHEN h.status_code = 'ABNORMAL' THEN 1 END AS is_abnormal, "
    "datediff('day', h.registered_on, h.closed_on) / 365.25 AS life_years, h.sales_amount AS life_sales, "
    "n.exposure_up, n.exposure_down, n.ring_length, n.ring_balance, n.ring_amount, n.ring_quarters, "
    "CASE WHEN n.ring_in_order THEN 1 END AS ring_in_order "
    "FROM {households} h JOIN {nodes} n USING (household_id) ORDER BY h.household_id"
)


@dataclass(frozen=True, slots=True)
class Features:
    """Rows in the order of household_id. `values` and `percentiles` (0..1 among peers) are NaN where unknown."""

    household_ids: list[str]
    group: npt.NDArray[np.int64]
    group_names: list[str]
    is_registered: npt.NDArray[np.bool_]
    partners: npt.NDArray[np.int64]
    values: dict[str, FloatArray]
    percentiles: Mapping[str, FloatArray]

    @property
    def size(self) -> int:
        return len(self.household_ids)


class Percentiles(Mapping[str, FloatArray]):
    """Places among peers, worked out when a figure is first asked for: rules look at few of several hundred."""

    def __init__(self, values: Mapping[str, FloatArray], group: npt.NDArray[np.int64]) -> None:
        self._values, self._group = values, group
        self._known: dict[str, FloatArray] = {}

    def __getitem__(self, code: str) -> FloatArray:
        if code not in self._known:
            self._known[code] = peer_percentiles(self._values[code], self._group)
        return self._known[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def units() -> dict[str, tuple[str, Unit]]:
    """Chinese name and unit of every figure a rule may name."""
    return {**{item.code: (item.zh, item.unit) for item in catalogue()}, **FACTS}


def indicator_codes() -> list[str]:
    """
    The figures the outlier score looks at: the indicators it was measured with, no network or register facts.

    What the grammar spells out says the same things many times over, which would drown the rest.
    """
    return [item.code for item in catalogue() if not item.is_expanded and item.theme != SCHEMES.zh]


def read_features(con: Any, out: Path) -> Features:
    """Read indicators, households and network/nodes of `out`; an indicator without column is absent."""
    facts = con.sql(
        FACTS_SQL.format(households=_table(out / "households.parquet"), nodes=_table(out / "network" / "nodes.parquet"))
    ).to_arrow_table()
    indicators = con.sql(f"FROM {_table(out / 'indicators.parquet')} ORDER BY household_id").to_arrow_table()
    ids = facts["household_id"].to_pylist()
    if indicators["household_id"].to_pylist() != ids:
        raise ValueError("指标表与户表不是同一批户")
    names, group = np.unique(np.array([g or "" for g in facts["peer_group"].to_pylist()]), return_inverse=True)
    values = {code: _floats(facts[code]) for code in FACTS}
    values |= {code: _floats(indicators[code]) for code in indicators.column_names if code != "household_id"}
    return Features(
        household_ids=ids,
        group=group.astype(np.int64),
        group_names=names.tolist(),
        is_registered=facts["is_registered"].to_numpy().astype(bool),
        partners=facts["partners"].to_numpy().astype(np.int64),
        values=values,
        percentiles=Percentiles(values, group),
    )


def _table(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"


def _floats(column: Any) -> FloatArray:
    return np.asarray(column.cast("float64").to_numpy(), dtype=np.float64)
