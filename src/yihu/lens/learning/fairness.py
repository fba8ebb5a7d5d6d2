"""Whom the model would flag, by size, region and industry: on inspected households, by trees that had not seen them."""

from collections.abc import Mapping, Sequence

import numpy as np

from yihu.lens.learning.cards import FairnessRow
from yihu.lens.learning.cases import BoolArray, Cases, FloatArray
from yihu.lens.learning.weighing import wilson

SIZES: Sequence[tuple[float, str, str]] = (
    (5e5, "MICRO", "累计销售不足50万元"),
    (5e6, "SMALL", "50万至500万元"),
    (4e7, "MEDIUM", "500万至4000万元"),
    (np.inf, "LARGE", "4000万元及以上"),
)
SMALLEST = 20  # a group of fewer inspected households is told in one row of the rest
REST = ("OTHER", "其他（每组不足20户）")


def fairness_rows(cases: Cases, probabilities: FloatArray, threshold: float) -> tuple[FairnessRow, ...]:
    """
    Rows by dimension and group, in a fixed order.

    :param probabilities: held out, of every case
    """
    rows = np.flatnonzero(cases.inspected)
    flagged, guilty = probabilities[rows] >= threshold, cases.confirmed[rows]
    return tuple(
        _row(dimension, value, zh, flagged[members], guilty[members])
        for dimension, (values, names) in _dimensions(cases, rows).items()
        for value, zh, members in _groups(values, names)
    )


def size_of(sales: FloatArray) -> np.ndarray:
    """The size band of each household by its sales so far."""
    return np.array([code for _, code, _ in SIZES])[
        np.searchsorted([most for most, _, _ in SIZES[:-1]], sales, "right")
    ]


def _dimensions(cases: Cases, rows: np.ndarray) -> Mapping[str, tuple[np.ndarray, Mapping[str, str]]]:
    told: dict[str, tuple[np.ndarray, Mapping[str, str]]] = {
        "size": (size_of(cases.size[rows]), {code: zh for _, code, zh in SIZES})
    }
    for dimension, place in (("region", "division"), ("industry", "industry")):
        codes, names = cases.places[f"{place}_code"][rows], cases.places[f"{place}_name"][rows]
        told[dimension] = (codes, dict(zip(codes.tolist(), names.tolist(), strict=True)))
    return told


def _groups(values: np.ndarray, names: Mapping[str, str]) -> list[tuple[str, str, BoolArray]]:
    codes, counts = np.unique(values, return_counts=True)
    large = [c for c, n in zip(codes.tolist(), counts.tolist(), strict=True) if n >= SMALLEST]
    groups = [(c, names.get(c) or c or "未知", values == c) for c in large]
    rest = ~np.isin(values, large)
    return [*groups, (*REST, rest)] if rest.any() else groups


def _row(dimension: str, value: str, zh: str, flagged: BoolArray, guilty: BoolArray) -> FairnessRow:
    n, positives = len(guilty), int(guilty.sum())
    return FairnessRow(
        dimension, value, zh, n, positives, round(positives / n, 6), round(float(flagged.mean()), 6),
        wilson(float((flagged & guilty).sum()), float(flagged.sum())),
        wilson(float((flagged & ~guilty).sum()), float(n - positives)),
    )  # fmt: skip
