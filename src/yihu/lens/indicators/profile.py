"""
How each indicator is distributed over a snapshot, how often it is missing, and whether it moved since the last one.

Missing figures are counted exactly; quantiles, histogram and stability come from at most `SAMPLE` households, evenly
spaced in the order of household_id, which is a hash and therefore no order at all.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.backends.duck import write_parquet

PROFILE = "indicator_profile.parquet"
SAMPLE = 50_000
BINS = 20
DECILES = tuple(n / 10 for n in range(1, 10))
QUANTILES: Mapping[str, float] = {
    "p01": 0.01,
    "p05": 0.05,
    "p25": 0.25,
    "p50": 0.5,
    "p75": 0.75,
    "p95": 0.95,
    "p99": 0.99,
}
LEAST = 50
# A tenth of nothing would make the index infinite.
FLOOR = 1e-4
FloatArray = npt.NDArray[np.float64]
SCHEMA = pa.schema(
    [
        ("indicator_code", pa.string()),
        ("household_count", pa.int64()),
        ("known_count", pa.int64()),
        ("zero_share", pa.float64()),
        *[(name, pa.float64()) for name in QUANTILES],
        ("histogram_from", pa.float64()),
        ("histogram_to", pa.float64()),
        ("histogram", pa.list_(pa.int64())),
        ("cuts", pa.list_(pa.float64())),
        ("shares", pa.list_(pa.float64())),
        ("stability", pa.float64()),
        ("missing_before", pa.float64()),
    ]
)


def write_profile(con: Any, indicators: Path, out: Path, *, earlier: Path | None = None) -> int:
    """
    Write one row an indicator (`SCHEMA`); rows written.

    `stability` is the population stability index Σ(now − then)·ln(now ÷ then) over the earlier snapshot's tenths
    (`cuts`, `shares`); null without an earlier profile or with fewer than 50 known on either side.

    :param earlier: the profile of the snapshot before, if there is one
    """
    before = _read(earlier) if earlier is not None and earlier.is_file() else {}
    file = pq.ParquetFile(indicators)
    codes = [name for name in file.schema_arrow.names if name != "household_id"]
    # Column by column: the whole table of a large office does not fit into memory.
    rows = [_describe(code, file.read([code]).column(0), before.get(code)) for code in codes]
    con.register("profile_rows", pa.Table.from_pylist(rows, SCHEMA))
    return write_parquet(con, "FROM profile_rows ORDER BY indicator_code", out)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    return {row["indicator_code"]: row for row in pq.read_table(path).to_pylist()}


def _describe(code: str, column: pa.ChunkedArray, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """One row of `SCHEMA`."""
    values = column.to_numpy()[:: max(1, -(-len(column) // SAMPLE))]
    ordered = np.sort(values[~np.isnan(values)])
    known = len(column) - column.null_count
    row: dict[str, Any] = {"indicator_code": code, "household_count": len(column), "known_count": known}
    if before is not None and before["household_count"]:
        row["missing_before"] = round(1 - before["known_count"] / before["household_count"], 6)
    if not len(ordered):
        return row
    cuts = np.unique(np.quantile(ordered, DECILES))
    low, high = (float(q) for q in np.quantile(ordered, (QUANTILES["p01"], QUANTILES["p99"])))
    places = dict(zip(QUANTILES, np.quantile(ordered, tuple(QUANTILES.values())), strict=True))
    return (
        row
        | {name: round(float(place), 6) for name, place in places.items()}
        | {
            "zero_share": round(float((ordered == 0).mean()), 6),
            "histogram_from": low,
            "histogram_to": high,
            "histogram": _histogram(ordered, low, high),
            "cuts": cuts.tolist(),
            "shares": _shares(ordered, cuts).tolist(),
            "stability": _stability(ordered, before),
        }
    )


def _histogram(ordered: FloatArray, low: float, high: float) -> list[int]:
    """Counts of `BINS` equal bins from the 1st to the 99th percentile; what lies beyond counts in the outermost."""
    if low == high:
        return [len(ordered)]
    edges = np.linspace(low, high, BINS + 1)[1:-1]
    return [int(n) for n in np.bincount(np.searchsorted(edges, ordered, side="right"), minlength=BINS)]


def _shares(ordered: FloatArray, cuts: FloatArray) -> FloatArray:
    """Shares of the values up to each cut, and above the last."""
    counts = np.bincount(np.searchsorted(cuts, ordered, side="left"), minlength=len(cuts) + 1)
    return np.asarray(counts / len(ordered), np.float64)


def _stability(ordered: FloatArray, before: Mapping[str, Any] | None) -> float | None:
    if before is None or not before["cuts"] or min(before["known_count"], len(ordered)) < LEAST:
        return None
    then = np.maximum(np.array(before["shares"]), FLOOR)
    now = np.maximum(_shares(ordered, np.array(before["cuts"])), FLOOR)
    return round(float(((now - then) * np.log(now / then)).sum()), 6)
