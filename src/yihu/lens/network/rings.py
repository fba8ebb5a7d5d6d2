"""Trading rings: goods that come back, on paper, to where they started."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from yihu.lens.network.kernels import enumerate_cycles
from yihu.lens.network.layout import IntArray

LONGEST = 6
MIN_SHARE = 0.05
MIN_CENTS = 1_000_000
MAX_CYCLES = 200_000
MAX_STEPS = 50_000_000


@dataclass(frozen=True, slots=True)
class Ring:
    """A directed ring in one window: `nodes[i]` sold `cents[i]` to `nodes[i + 1]`; in time order if `in_order`."""

    nodes: tuple[int, ...]
    cents: tuple[int, ...]
    first: int
    last: int
    in_order: bool
    window: date
    windows: int = 1

    @property
    def balance(self) -> float:
        """Smallest over largest amount on the ring, 0..1: goods that only go round keep their value."""
        return min(self.cents) / max(self.cents)


@dataclass(slots=True)
class Found:
    """Rings, the largest strongly connected group of each node over the windows, and whether a bound was hit."""

    strong_size: IntArray
    rings: dict[tuple[int, ...], Ring] = field(default_factory=dict)
    complete: bool = True


def find_rings(con: Any, node_count: int) -> Found:
    """
    Rings of 3 to 6 within single quarters, along relations that matter to both parties.

    Reads table `trade`. A relation matters in a quarter if it is at least 5 % of what the seller sold and of what
    the buyer bought in that quarter, and at least 10,000 yuan: without this every economy is one large ring.
    """
    found = Found(np.ones(node_count, np.int32))
    edges = _material_edges(con)
    quarters = edges["quarter"]
    bounds = np.flatnonzero(np.r_[True, quarters[1:] != quarters[:-1], True]) if len(quarters) else np.zeros(1, int)
    for low, high in pairwise(bounds):
        _search_window(found, {k: v[low:high] for k, v in edges.items()})
    return found


def _material_edges(con: Any) -> dict[str, IntArray]:
    found = con.execute(
        "WITH q AS (SELECT date_trunc('quarter', month)::DATE AS quarter, seller, buyer, "
        "CAST(sum(cents) AS BIGINT) AS cents, min(first) AS first, max(last) AS last "
        "FROM trade WHERE seller <> buyer GROUP BY 1, 2, 3), "
        "p AS (SELECT *, sum(greatest(cents, 0)) OVER (PARTITION BY quarter, seller) AS sold, "
        "sum(greatest(cents, 0)) OVER (PARTITION BY quarter, buyer) AS bought FROM q) "
        "SELECT quarter - DATE '1970-01-01' AS quarter, seller, buyer, cents, first, last FROM p "
        f"WHERE cents >= {MIN_CENTS} AND cents >= {MIN_SHARE} * sold AND cents >= {MIN_SHARE} * bought "
        "ORDER BY quarter, seller, buyer"
    ).fetchnumpy()
    return {name: np.asarray(column).astype(np.int64) for name, column in found.items()}


def _search_window(found: Found, edges: dict[str, IntArray]) -> None:
    names, ends = np.unique(np.concatenate([edges["seller"], edges["buyer"]]), return_inverse=True)
    seller, buyer = ends[: len(edges["seller"])], ends[len(edges["seller"]) :]
    size = len(names)
    graph = sparse.csr_matrix((np.ones(len(seller), np.int8), (seller, buyer)), shape=(size, size))
    _, label = connected_components(graph, directed=True, connection="strong")
    group_size = np.bincount(label)[label].astype(np.int32)
    found.strong_size[names] = np.maximum(found.strong_size[names], group_size)
    inside = np.flatnonzero(label[seller] == label[buyer])
    start = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(seller[inside], minlength=size), out=start[1:])
    cycles, complete = enumerate_cycles(start, buyer[inside].astype(np.uint32), LONGEST, MAX_CYCLES, MAX_STEPS)
    found.complete &= bool(complete)
    for cycle in cycles:
        _gather(found, _describe(edges, inside[cycle[cycle >= 0]]))


def _describe(edges: dict[str, IntArray], ring: IntArray) -> Ring:
    nodes, cents = edges["seller"][ring].tolist(), edges["cents"][ring].tolist()
    first, last = edges["first"][ring].tolist(), edges["last"][ring].tolist()
    turns = [t for t in range(len(ring)) if _follows(first[t:] + first[:t], last[t:] + last[:t])]
    turn = min(turns, key=lambda t: first[t]) if turns else 0
    return Ring(
        nodes=tuple(nodes[turn:] + nodes[:turn]),
        cents=tuple(cents[turn:] + cents[:turn]),
        first=min(first),
        last=max(last),
        in_order=bool(turns),
        window=date.fromordinal(date(1970, 1, 1).toordinal() + int(edges["quarter"][0])),
    )


def _follows(first: list[int], last: list[int]) -> bool:
    """Whether each relation was still in use when the goods can have arrived from the one before."""
    arrival = first[0]
    for begin, end in zip(first, last, strict=True):
        if end < arrival:
            return False
        arrival = max(arrival, begin)
    return True


def _gather(found: Found, ring: Ring) -> None:
    """Keep one ring for the same firms in the same sequence: the one with the most going round, dates widened."""
    low = ring.nodes.index(min(ring.nodes))
    key = ring.nodes[low:] + ring.nodes[:low]
    known = found.rings.get(key)
    if known is None:
        found.rings[key] = ring
        return
    best = max(known, ring, key=lambda r: (r.in_order, min(r.cents)))
    found.rings[key] = replace(
        best, first=min(known.first, ring.first), last=max(known.last, ring.last), windows=known.windows + 1
    )


def ring_id(household_ids: list[str]) -> str:
    """A name that depends only on the firms and their sequence, `household_ids` beginning with the smallest node."""
    return "R" + hashlib.sha256("-".join(household_ids).encode()).hexdigest()[:12]
