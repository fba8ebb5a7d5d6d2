"""Exposure to confirmed false issuers, passed along the network in proportion to amounts."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from yihu.lens.backends.duck import literal
from yihu.lens.network.layout import IntArray, Side

STEPS = 4
DAMPING = 0.5
FloatArray = npt.NDArray[np.float64]


def find_seeds(con: Any, out: Path) -> IntArray:
    """Nodes confirmed as false issuers by the last invoice day of the snapshot (table `nodes` must exist)."""
    source = out / "third_party.parquet"
    if not source.exists():
        return np.zeros(0, np.int64)
    found = con.execute(
        f"SELECT DISTINCT n.node FROM read_parquet({literal(str(source))}) t JOIN nodes n USING (household_id) "
        "WHERE t.source_code = 'CONFIRMED_FALSE_ISSUER' AND (t.occurred_on IS NULL OR t.occurred_on <= "
        f"(SELECT max(last_invoice_on) FROM read_parquet({literal(str(out / 'households.parquet'))}))) ORDER BY 1"
    ).fetchnumpy()
    return np.asarray(found["node"], dtype=np.int64)


def spread_exposure(side: Side, seeds: IntArray, *, steps: int = STEPS, damping: float = DAMPING) -> FloatArray:
    """
    The share of each node's trade on `side` that comes from (or goes to) a confirmed false issuer.

    A partner who is confirmed counts whole; a partner who is not counts with `damping` times his own share, up to
    `steps` steps away. With the purchases side this looks upstream, with the sales side downstream.

    :returns: float64 [nodes] in 0..1
    """
    exposure = np.zeros(side.node_count)
    if not len(seeds):
        return exposure
    weights = np.maximum(side.amount, 0) / np.maximum(side.total, 1)[side.sources()]
    shares = sparse.csr_matrix((weights, side.node.astype(np.int64), side.start), shape=(side.node_count,) * 2)
    for step in range(steps):
        passed = damping * exposure if step else np.zeros_like(exposure)
        passed[seeds] = 1.0
        exposure = shares @ passed
    return exposure
