"""How each indicator is distributed among peers."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import parquet_source, write_parquet

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
NAMES = ("p05", "p25", "p50", "p75", "p95")
LEAST_PEERS = 10


def write_peers(con: Any, households: Path, indicators: Path, codes: list[str], out: Path) -> int:
    """
    Write peer_group, indicator_code, household_count, p05, p25, p50, p75, p95; rows written.

    Nulls are left out; an indicator that fewer than 10 households of a group have gets no row. Quantiles interpolate.
    """
    wide = ", ".join(f"count({c}) AS n_{c}, quantile_cont({c}, {list(QUANTILES)}) AS q_{c}" for c in codes)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE peer_figures AS SELECT peer_group, {wide} "
        f"FROM {parquet_source([households])} JOIN {parquet_source([indicators])} USING (household_id) "
        "WHERE peer_group IS NOT NULL GROUP BY peer_group"
    )
    figures = ", ".join(f"round(q[{i}], 6) AS {name}" for i, name in enumerate(NAMES, 1))
    rows = " UNION ALL ".join(
        f"SELECT peer_group, '{c}' AS indicator_code, n_{c} AS household_count, q_{c} AS q FROM peer_figures"
        for c in codes
    )
    return write_parquet(
        con,
        f"SELECT peer_group, indicator_code, household_count, {figures} FROM ({rows}) "
        f"WHERE household_count >= {LEAST_PEERS} ORDER BY peer_group, indicator_code",
        out,
    )
