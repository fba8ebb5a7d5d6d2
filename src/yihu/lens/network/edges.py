"""Read monthly trades into the edges of the network."""

from pathlib import Path
from typing import Any

import numpy as np

from yihu.lens.backends.duck import literal
from yihu.lens.network.layout import IntArray, Side, make_side

EDGE_COLUMNS = "amount, first, last, invoices"


def create_nodes(con: Any, out: Path) -> list[str]:
    """Create table `nodes` (household_id, node) in the order of household_id and return the ids in that order."""
    con.execute(
        "CREATE TABLE nodes AS SELECT household_id, row_number() OVER (ORDER BY household_id) - 1 AS node "
        f"FROM read_parquet({literal(str(out / 'households.parquet'))})"
    )
    return [row[0] for row in con.execute("SELECT household_id FROM nodes ORDER BY node").fetchall()]


def create_trades(con: Any, out: Path) -> None:
    """
    Create table `trade` (seller, buyer, month, cents, first, last, invoices) with node ids; days since 1970-01-01.

    :raises ValueError: a trade names a household that does not exist
    """
    source = f"read_parquet({literal(str(out / 'trades.parquet'))})"
    con.execute(
        "CREATE TABLE trade AS SELECT CAST(s.node AS INTEGER) AS seller, CAST(b.node AS INTEGER) AS buyer, t.month, "
        "CAST(t.amount * 100 AS BIGINT) AS cents, t.first_on - DATE '1970-01-01' AS first, "
        "t.last_on - DATE '1970-01-01' AS last, t.invoice_count AS invoices "
        f"FROM {source} t JOIN nodes s ON s.household_id = t.seller_household_id "
        "JOIN nodes b ON b.household_id = t.buyer_household_id"
    )
    kept, given = con.execute(f"SELECT (SELECT count(*) FROM trade), (SELECT count(*) FROM {source})").fetchone()
    if kept != given:
        raise ValueError(f"交易表中有 {given - kept} 行指向不存在的户")


def read_sides(con: Any, node_count: int) -> tuple[Side, Side]:
    """Sum `trade` over months: the edges as rows of sellers, and as rows of buyers."""
    con.execute(
        "CREATE TABLE edge AS SELECT seller, buyer, CAST(sum(cents) AS BIGINT) AS amount, min(first) AS first, "
        "max(last) AS last, CAST(sum(invoices) AS INTEGER) AS invoices FROM trade GROUP BY seller, buyer"
    )
    sides = [
        make_side(node_count, _arrays(con, row, other)) for row, other in (("seller", "buyer"), ("buyer", "seller"))
    ]
    return sides[0], sides[1]


def _arrays(con: Any, row: str, other: str) -> dict[str, IntArray]:
    found = con.execute(
        f"SELECT {row} AS source, {other} AS node, {EDGE_COLUMNS} FROM edge ORDER BY {row}, amount DESC, {other}"
    ).fetchnumpy()
    return {name: np.asarray(column) for name, column in found.items()}
