from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yihu.lens.home import Home
from yihu.lens.network.run import write_network
from yihu.lens.network.trace import Network

Trade = tuple[str, str, int, int, int]  # seller, buyer, cents, first day, last day (days of 2024)
START = date(2024, 1, 1)


def trades_table(trades: Sequence[Trade]) -> pa.Table:
    days = [(START + timedelta(f), START + timedelta(t)) for *_, f, t in trades]
    return pa.table(
        {
            "seller_household_id": [t[0] for t in trades],
            "buyer_household_id": [t[1] for t in trades],
            "month": pa.array([f.replace(day=1) for f, _ in days], pa.date32()),
            "amount": pa.array([Decimal(t[2]).scaleb(-2) for t in trades], pa.decimal128(18, 2)),
            "invoice_count": pa.array([1] * len(trades), pa.int64()),
            "first_on": pa.array([f for f, _ in days], pa.date32()),
            "last_on": pa.array([t for _, t in days], pa.date32()),
        }
    )


def write_snapshot(out: Path, names: Sequence[str], trades: Sequence[Trade], confirmed: Sequence[str] = ()) -> None:
    """Write the three tables the network reads; amounts are given in cents."""
    pq.write_table(trades_table(trades), out / "trades.parquet")
    day = pa.array([START + timedelta(300)] * len(names), pa.date32())
    pq.write_table(pa.table({"household_id": sorted(names), "last_invoice_on": day}), out / "households.parquet")
    pq.write_table(
        pa.table(
            {
                "household_id": pa.array(confirmed, pa.string()),
                "source_code": pa.array(["CONFIRMED_FALSE_ISSUER"] * len(confirmed), pa.string()),
                "occurred_on": pa.array([START] * len(confirmed), pa.date32()),
            }
        ),
        out / "third_party.parquet",
    )


@pytest.fixture
def build_network(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Network, Path, dict[str, Any]]]:
    """Build a network from trades: (opened network, its snapshot directory, what `write_network` returned)."""

    def build(
        names: Sequence[str], trades: Sequence[Trade], confirmed: Sequence[str] = ()
    ) -> tuple[Network, Path, dict[str, Any]]:
        out = tmp_path_factory.mktemp("snapshot")
        write_snapshot(out, names, trades, confirmed)
        written = write_network(Home(out / "home"), out, progress=lambda stage, done: None)
        return Network.open(out / "network"), out, written

    return build
