from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

DEFAULT_HOUSEHOLD: Mapping[str, Any] = {
    "peer_group": "一般纳税人·批发业",
    "is_registered": True,
    "status_code": "NORMAL",
    "registered_on": date(2020, 1, 1),
    "closed_on": None,
    "sales_amount": 0,
}
DEFAULT_NODE: Mapping[str, Any] = {
    "in_degree": 5,
    "out_degree": 5,
    "is_confirmed": False,
    "exposure_up": 0.0,
    "exposure_down": 0.0,
    "ring_length": None,
    "ring_balance": None,
    "ring_amount": None,
    "ring_quarters": None,
    "ring_in_order": None,
}
NUMBERS = {"ring_length", "ring_quarters"}
DOUBLES = {"ring_balance", "ring_amount"}


def _column(name: str, values: list[Any]) -> pa.Array:
    kinds = {**dict.fromkeys(NUMBERS, pa.int32()), **dict.fromkeys(DOUBLES, pa.float64())}
    kinds |= {"closed_on": pa.date32(), "ring_in_order": pa.bool_(), "status_code": pa.string()}
    return pa.array(values, kinds.get(name))


def write_snapshot(out: Path, rows: list[dict[str, Any]], indicators: list[str]) -> None:
    """
    Write the tables the ranking reads; each row may name household, network or indicator columns.

    Peers get the fixed figures p05 0.01, p50 0.1, p95 0.5.
    """
    (out / "network").mkdir(parents=True)
    ids = [f"H{i:05}" for i in range(len(rows))]
    for file, defaults in (("households", DEFAULT_HOUSEHOLD), ("network/nodes", DEFAULT_NODE)):
        table = {k: _column(k, [row.get(k, v) for row in rows]) for k, v in defaults.items()}
        pq.write_table(pa.table({"household_id": ids, **table}), out / f"{file}.parquet")
    figures = {code: pa.array([row.get(code) for row in rows], pa.float64()) for code in indicators}
    pq.write_table(pa.table({"household_id": ids, **figures}), out / "indicators.parquet")
    groups = sorted({row.get("peer_group", DEFAULT_HOUSEHOLD["peer_group"]) for row in rows})
    keys = [(g, c) for g in groups for c in indicators]
    peers = {"peer_group": [g for g, _ in keys], "indicator_code": [c for _, c in keys]}
    fixed = {"household_count": [len(rows)] * len(keys)} | {
        name: [value] * len(keys) for name, value in (("p05", 0.01), ("p50", 0.1), ("p95", 0.5))
    }
    pq.write_table(pa.table(peers | fixed), out / "peers.parquet")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "snapshot"
