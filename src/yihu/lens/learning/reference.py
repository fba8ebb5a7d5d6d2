"""How every feature was distributed in training, so that a later snapshot can be held against it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.learning.cases import FloatArray
from yihu.lens.learning.frame import Matrix

PARTS = 10
FLOOR = 1e-4  # an empty part counts as this, so that the index stays finite
SCORE = "probability"


@dataclass(frozen=True, slots=True)
class Distribution:
    """Nine inner edges (fewer where values repeat), the share of the known values in each part, the share unknown."""

    edges: FloatArray
    shares: FloatArray
    missing: float
    median: float | None


def describe(values: FloatArray) -> Distribution:
    """The distribution of one feature."""
    known = values[~np.isnan(values)]
    missing = 1 - len(known) / max(len(values), 1)
    if not len(known):
        return Distribution(np.zeros(0), np.zeros(0), 1.0, None)
    edges = np.unique(np.quantile(known, np.arange(1, PARTS) / PARTS))
    return Distribution(edges, shares_within(known, edges), round(missing, 6), float(np.median(known)))


def shares_within(known: FloatArray, edges: FloatArray) -> FloatArray:
    """The share of the values in each part that the edges cut."""
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return counts / max(len(known), 1)


def stability_index(expected: FloatArray, actual: FloatArray) -> float:
    """PSI: the sum of (actual - expected) ln(actual / expected); below 0.1 calm, above 0.25 another population."""
    a, e = np.maximum(actual, FLOOR), np.maximum(expected, FLOOR)
    return float(((a - e) * np.log(a / e)).sum())


def write_reference(file: Path, codes: tuple[str, ...], matrix: Matrix, scores: FloatArray) -> None:
    """One row a feature and one for the probability: feature, edges, shares, missing, median."""
    told = [describe(matrix[:, place].astype(np.float64)) for place in range(len(codes))] + [describe(scores)]
    table = pa.table(
        {
            "feature": [*codes, SCORE],
            "edges": pa.array([d.edges.tolist() for d in told], pa.list_(pa.float64())),
            "shares": pa.array([d.shares.tolist() for d in told], pa.list_(pa.float64())),
            "missing": [d.missing for d in told],
            "median": pa.array([d.median for d in told], pa.float64()),
        }
    )
    pq.write_table(table, file, compression="zstd")


def read_reference(file: Path) -> dict[str, Distribution]:
    """Feature code (and ``probability``) -> its distribution in training."""
    return {
        row["feature"]: Distribution(np.array(row["edges"]), np.array(row["shares"]), row["missing"], row["median"])
        for row in pq.read_table(file).to_pylist()
    }
