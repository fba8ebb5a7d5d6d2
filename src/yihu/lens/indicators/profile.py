"""
How each indicator is distributed over a snapshot, how often it is missing, and whether it moved since another one.

Missing figures are counted exactly; quantiles and histogram come from at most `SAMPLE` households, evenly spaced in the
order of household_id, which is a hash and therefore no order at all. A profile speaks of its own snapshot alone: the
same batches still give the same bytes, and two profiles are compared when they are read.
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
HUNDREDTHS = 100
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
        ("grid", pa.list_(pa.float64())),
    ]
)


def write_profile(con: Any, indicators: Path, out: Path) -> int:
    """Write one row an indicator (`SCHEMA`; `grid` holds the percentiles 0 … 100); rows written."""
    file = pq.ParquetFile(indicators)
    codes = [name for name in file.schema_arrow.names if name != "household_id"]
    # Column by column: the whole table of a large office does not fit into memory.
    rows = [_describe(code, file.read([code]).column(0)) for code in codes]
    con.register("profile_rows", pa.Table.from_pylist(rows, SCHEMA))
    return write_parquet(con, "FROM profile_rows ORDER BY indicator_code", out)


def read_profile(out: Path) -> dict[str, dict[str, Any]]:
    """The profile of a snapshot's directory by indicator; nothing in those built before profiles existed."""
    file = out / PROFILE
    if not file.is_file():
        return {}
    # Not `read_table`: it imports pyarrow's datasets, which takes two seconds of the first page.
    return {row["indicator_code"]: row for row in pq.ParquetFile(file).read().to_pylist()}


def stability(now: Mapping[str, Any], then: Mapping[str, Any]) -> float | None:
    """
    The population stability index Σ(now − then)·ln(now ÷ then) over the tenths of `then`, from both percentiles.

    :param now: a row of `SCHEMA`; `then`: the same indicator's of an earlier snapshot
    :returns: 0 when nothing moved; None with fewer than 50 known on either side
    """
    if min(now["known_count"], then["known_count"]) < LEAST:
        return None
    before = np.array(then["grid"])
    cuts = np.unique(before[HUNDREDTHS // 10 : HUNDREDTHS : HUNDREDTHS // 10])
    old, new = (np.maximum(_shares(grid, cuts), FLOOR) for grid in (before, np.array(now["grid"])))
    return round(float(((new - old) * np.log(new / old)).sum()), 6)


def _describe(code: str, column: pa.ChunkedArray) -> dict[str, Any]:
    """One row of `SCHEMA`."""
    values = column.to_numpy()[:: max(1, -(-len(column) // SAMPLE))]
    ordered = np.sort(values[~np.isnan(values)])
    known = len(column) - column.null_count
    row: dict[str, Any] = {"indicator_code": code, "household_count": len(column), "known_count": known}
    if not len(ordered):
        return row
    grid = np.round(np.quantile(ordered, np.linspace(0, 1, HUNDREDTHS + 1)), 6)
    low, high = float(grid[1]), float(grid[-2])
    return (
        row
        | {name: float(grid[round(place * HUNDREDTHS)]) for name, place in QUANTILES.items()}
        | {
            "zero_share": round(float((ordered == 0).mean()), 6),
            "histogram_from": low,
            "histogram_to": high,
            "histogram": _histogram(ordered, low, high),
            "grid": grid.tolist(),
        }
    )


def _histogram(ordered: FloatArray, low: float, high: float) -> list[int]:
    """Counts of `BINS` equal bins from the 1st to the 99th percentile; what lies beyond counts in the outermost."""
    if low == high:
        return [len(ordered)]
    edges = np.linspace(low, high, BINS + 1)[1:-1]
    return [int(n) for n in np.bincount(np.searchsorted(edges, ordered, side="right"), minlength=BINS)]


def _shares(grid: FloatArray, cuts: FloatArray) -> FloatArray:
    """Shares of a distribution given by its percentiles: up to each cut, and above the last."""
    at = np.searchsorted(grid, cuts, side="right")
    left, right = grid[np.maximum(at - 1, 0)], grid[np.minimum(at, HUNDREDTHS)]
    width = np.where(right > left, right - left, 1.0)
    below = np.where(at == 0, 0.0, np.minimum((at - 1 + (cuts - left) / width) / HUNDREDTHS, 1.0))
    return np.diff(np.concatenate([[0.0], below, [1.0]]))
