"""Write the trading network of a snapshot."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from yihu.lens.backends.duck import connect, write_parquet
from yihu.lens.home import Home
from yihu.lens.network.edges import create_nodes, create_trades, read_sides
from yihu.lens.network.exposure import find_seeds, spread_exposure
from yihu.lens.network.layout import NAMES_FILE, IntArray, Side, save_side
from yihu.lens.network.rings import Found, Ring, find_rings, ring_id

EPOCH = date(1970, 1, 1)
RINGS_SCHEMA = pa.schema(
    [
        ("ring_id", pa.string()),
        ("length", pa.int32()),
        ("household_ids", pa.list_(pa.string())),
        ("amounts", pa.list_(pa.decimal128(18, 2))),
        ("smallest_amount", pa.decimal128(18, 2)),
        ("balance", pa.float64()),
        ("in_order", pa.bool_()),
        ("first_on", pa.date32()),
        ("last_on", pa.date32()),
        ("quarter", pa.date32()),
        ("quarter_count", pa.int32()),
    ]
)


def write_network(home: Home, out: Path, *, progress: Callable[[str, float], None]) -> dict[str, Any]:
    """
    Write ``out/network``: the edges of both sides as mapped arrays, nodes.parquet and rings.parquet.

    Reads households, trades and third_party of `out`.

    :returns: counts: nodes, edges, components, rings, `rings_complete` (False when a bound cut the search), seeds
    """
    folder = out / "network"
    folder.mkdir(parents=True, exist_ok=True)
    home.staging.mkdir(parents=True, exist_ok=True)
    con = connect(spill=home.staging)
    progress("读取交易关系", 0.0)
    names = create_nodes(con, out)
    create_trades(con, out)
    sales, purchases = read_sides(con, len(names))
    np.save(folder / NAMES_FILE, np.array([n.encode() for n in names], dtype=np.bytes_))
    save_side(sales, folder, "out")
    save_side(purchases, folder, "in")
    progress("查找循环开票环", 0.4)
    found = find_rings(con, len(names))
    progress("计算与已证实虚开户的关联", 0.7)
    seeds = find_seeds(con, out)
    rings = _rings_table(found, names)
    nodes = _nodes_table(names, sales, purchases, seeds, found)
    progress("写出网络", 0.9)
    con.register("rings_found", rings)
    con.register("nodes_found", nodes)
    write_parquet(con, "FROM rings_found ORDER BY ring_id", folder / "rings.parquet")
    write_parquet(con, "FROM nodes_found ORDER BY node", folder / "nodes.parquet")
    progress("网络完成", 1.0)
    return {
        "nodes": len(names),
        "edges": len(sales.node),
        "components": len(np.unique(nodes["component_id"].to_numpy())),
        "rings": rings.num_rows,
        "rings_complete": found.complete,
        "seeds": len(seeds),
    }


def find_components(side: Side) -> IntArray:
    """The weakly connected component of each node, numbered in the order of their smallest nodes."""
    graph = sparse.csr_matrix(
        (np.ones(len(side.node), np.int8), side.node.astype(np.int64), side.start), shape=(side.node_count,) * 2
    )
    _, label = connected_components(graph, directed=True, connection="weak")
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _nodes_table(names: list[str], sales: Side, purchases: Side, seeds: IntArray, found: Found) -> pa.Table:
    component = find_components(sales)
    confirmed = np.zeros(len(names), bool)
    confirmed[seeds] = True
    return pa.table(
        {
            "node": np.arange(len(names), dtype=np.int64),
            "household_id": names,
            "component_id": component.astype(np.int64),
            "component_size": np.bincount(component)[component].astype(np.int64) if len(names) else component,
            "strong_size": found.strong_size,
            **_ring_columns(names, found),
            "is_confirmed": confirmed,
            "exposure_up": np.round(spread_exposure(purchases, seeds), 6),
            "exposure_down": np.round(spread_exposure(sales, seeds), 6),
            "in_degree": np.diff(purchases.start),
            "out_degree": np.diff(sales.start),
        }
    )


def _ring_columns(names: list[str], found: Found) -> dict[str, pa.Array]:
    """Each node's most telling ring: one that came back in another quarter first, then in time order, then balanced."""
    best: dict[int, tuple[tuple[int, ...], Ring]] = {}
    ordered = sorted(found.rings.items(), key=lambda kv: (kv[1].windows > 1, kv[1].in_order, kv[1].balance, kv[0]))
    for key, ring in ordered:
        best.update(dict.fromkeys(key, (key, ring)))
    picked = [best.get(node) for node in range(len(names))]
    ids = {key: ring_id([names[n] for n in key]) for key, _ in best.values()}
    return {
        "ring_id": pa.array([p and ids[p[0]] for p in picked], pa.string()),
        "ring_length": pa.array([p and len(p[0]) for p in picked], pa.int32()),
        "ring_quarters": pa.array([p and p[1].windows for p in picked], pa.int32()),
        "ring_in_order": pa.array([p and p[1].in_order for p in picked], pa.bool_()),
        "ring_balance": pa.array([p and round(p[1].balance, 6) for p in picked], pa.float64()),
        "ring_amount": pa.array([p and _yuan(min(p[1].cents)) for p in picked], pa.decimal128(18, 2)),
    }


def _rings_table(found: Found, names: list[str]) -> pa.Table:
    rows = [
        {
            "ring_id": ring_id([names[n] for n in key]),
            "length": len(key),
            "household_ids": [names[n] for n in ring.nodes],
            "amounts": [_yuan(c) for c in ring.cents],
            "smallest_amount": _yuan(min(ring.cents)),
            "balance": round(ring.balance, 6),
            "in_order": ring.in_order,
            "first_on": EPOCH + timedelta(ring.first),
            "last_on": EPOCH + timedelta(ring.last),
            "quarter": ring.window,
            "quarter_count": ring.windows,
        }
        for key, ring in found.rings.items()
    ]
    return pa.Table.from_pylist(rows, schema=RINGS_SCHEMA)


def _yuan(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
