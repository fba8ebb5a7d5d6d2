"""Plain figures of a snapshot for rivals of the board: raw sums and counts, and measures of the trading graph."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from yihu.lens.backends.duck import connect, literal
from yihu.lens.learning.cards import LearnedFeature
from yihu.lens.learning.cases import FloatArray
from yihu.lens.learning.frame import Frame, read_frame

WINDOWS = (3, 12, 120)
RANK_STEPS, DAMPING = 30, 0.85


def read_raw(snapshot: Path) -> Frame:
    """
    Raw aggregates: sums of sales and purchases, tax, invoices, partners and months over 3, 12 and all months, what was
    declared and paid, age, capital, kind. No indicator, no rule, no network.
    """
    frame = read_frame(snapshot)
    con = connect()
    for name in ("trades", "households", "returns"):
        file = snapshot / f"{name}.parquet"
        if file.exists():
            con.execute(f"CREATE VIEW {name} AS FROM read_parquet({literal(str(file))})")
    found = {**_traded(con, "seller"), **_traded(con, "buyer"), **_registered(con), **_declared(con, snapshot)}
    con.close()
    return _with(frame, found)


def read_graph(snapshot: Path) -> Frame:
    """
    Measures of the weighted trading graph: degrees, amounts, PageRank both ways, neighbours' degrees, reciprocity,
    components and cycles. The features of the Brazilian networks' paper that a directed graph has.
    """
    frame = read_frame(snapshot)
    con = connect()
    source = f"read_parquet({literal(str(snapshot / 'trades.parquet'))})"
    seen = f"read_parquet({literal(str(snapshot / 'network' / 'nodes.parquet'))})"
    ids = [row[0] for row in con.execute(f"SELECT household_id FROM {seen} ORDER BY node").fetchall()]
    edges = con.execute(
        f"SELECT s.node AS s, b.node AS b, CAST(sum(amount) AS DOUBLE) AS a FROM {source} t "
        f"JOIN {seen} s ON s.household_id = t.seller_household_id "
        f"JOIN {seen} b ON b.household_id = t.buyer_household_id "
        "GROUP BY ALL HAVING sum(amount) > 0 ORDER BY ALL"
    ).fetchnumpy()
    nodes = con.execute(
        "SELECT component_size, strong_size, ring_length, ring_balance, CAST(ring_amount AS DOUBLE) AS ring_amount "
        f"FROM {seen} ORDER BY node"
    ).fetchnumpy()
    con.close()
    sold = sparse.csr_matrix((edges["a"], (edges["s"], edges["b"])), shape=(len(ids), len(ids)))
    columns = {**_graph(sold), **{name: np.ma.filled(np.ma.asarray(v, float), np.nan) for name, v in nodes.items()}}
    return _with(frame, {name: dict(zip(ids, values.tolist(), strict=True)) for name, values in columns.items()})


def _traded(con: Any, side: str) -> dict[str, dict[str, float]]:
    other = "buyer" if side == "seller" else "seller"
    parts = []
    for months in WINDOWS:
        recent = f"FILTER (month > newest - INTERVAL {months} MONTH)"
        parts += [
            f"CAST(sum(amount) {recent} AS DOUBLE) AS {side}_amount_{months}",
            f"CAST(sum(tax_amount) {recent} AS DOUBLE) AS {side}_tax_{months}",
            f"CAST(sum(invoice_count) {recent} AS DOUBLE) AS {side}_invoices_{months}",
            f"CAST(count(DISTINCT {other}_household_id) {recent} AS DOUBLE) AS {side}_partners_{months}",
            f"CAST(count(DISTINCT month) {recent} AS DOUBLE) AS {side}_months_{months}",
        ]
    sql = (
        f"SELECT {side}_household_id AS household_id, {', '.join(parts)} "
        "FROM trades, (SELECT max(month) AS newest FROM trades) GROUP BY 1"
    )
    return _columns(con, sql)


def _registered(con: Any) -> dict[str, dict[str, float]]:
    return _columns(
        con,
        "SELECT household_id, date_diff('day', registered_on, (SELECT max(last_invoice_on) FROM households))::DOUBLE "
        "AS age_days, CAST(registered_capital AS DOUBLE) AS capital, "
        "(taxpayer_kind_code = 'GENERAL')::DOUBLE AS general, "
        "(closed_on IS NOT NULL)::DOUBLE AS closed FROM households",
    )


def _declared(con: Any, snapshot: Path) -> dict[str, dict[str, float]]:
    if not (snapshot / "returns.parquet").exists():
        return {}
    described = con.execute("DESCRIBE returns").fetchall()
    money = [name for name, kind, *_ in described if kind.startswith("DECIMAL")]
    sums = ", ".join(
        f"CAST(sum({m}) FILTER (period_end > newest - INTERVAL 12 MONTH) AS DOUBLE) AS declared_{m}" for m in money
    )
    return _columns(
        con,
        f"SELECT household_id, {sums}, count(*)::DOUBLE AS returns_due, count(filed_on)::DOUBLE AS returns_filed "
        "FROM returns, (SELECT max(period_end) AS newest FROM returns) GROUP BY 1",
    )


def _columns(con: Any, sql: str) -> dict[str, dict[str, float]]:
    cursor = con.execute(sql)
    names = [c[0] for c in cursor.description]
    rows = cursor.fetchall()
    return {
        name: {row[0]: row[k] for row in rows if row[k] is not None} for k, name in enumerate(names) if k
    }  # fmt: skip


def _graph(sold: sparse.csr_matrix) -> dict[str, FloatArray]:
    edge = (sold > 0).astype(np.float64)
    outward, inward = (np.asarray(edge.sum(axis=axis)).ravel() for axis in (1, 0))
    both = edge.multiply(edge.T).tocsr()
    return {
        "out_degree": outward,
        "in_degree": inward,
        "out_amount": np.asarray(sold.sum(axis=1)).ravel(),
        "in_amount": np.asarray(sold.sum(axis=0)).ravel(),
        "page_rank": _page_rank(sold),
        "reverse_page_rank": _page_rank(sold.T.tocsr()),
        "suppliers_degree": np.asarray(edge.T @ outward).ravel() / np.maximum(inward, 1),
        "buyers_degree": np.asarray(edge @ inward).ravel() / np.maximum(outward, 1),
        "reciprocal": np.asarray(both.sum(axis=1)).ravel(),
        "second_out": np.asarray(edge @ outward).ravel(),
        "second_in": np.asarray(edge.T @ inward).ravel(),
    }


def _page_rank(links: sparse.csr_matrix) -> FloatArray:
    n = links.shape[0]
    total = np.asarray(links.sum(axis=1)).ravel()
    rank = np.full(n, 1 / n)
    for _ in range(RANK_STEPS):
        spread = links.T @ (rank / np.where(total > 0, total, 1)) + rank[total == 0].sum() / n
        rank = DAMPING * spread + (1 - DAMPING) / n
    return np.asarray(rank * n)


def _with(frame: Frame, columns: Mapping[str, Mapping[str, float]]) -> Frame:
    matrix = np.full((len(frame), len(columns)), np.nan, np.float32)
    for place, values in enumerate(columns.values()):
        matrix[:, place] = [values.get(h, np.nan) for h in frame.household_ids]
    features = tuple(
        LearnedFeature(name, name, "个", hashlib.sha256(name.encode()).hexdigest()[:12]) for name in columns
    )
    return replace(frame, features=features, matrix=matrix)
