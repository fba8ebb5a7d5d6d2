"""Measures of a ranked list."""

from typing import Any

import numpy as np
import numpy.typing as npt

Hits = npt.NDArray[np.bool_]
CUTS = (50, 100, 200, 500)
DRAWS = 300
SEED = 7


def average_precision(hits: Hits, weights: npt.NDArray[np.float64] | None = None) -> float | None:
    """
    The mean, over the positives, of the precision at each one's place.

    :param hits: bool [n], best first; `weights`: how often each row counts (for the bootstrap)
    :returns: None without positives
    """
    w = np.ones(len(hits)) if weights is None else weights
    found = np.cumsum(w * hits)
    if not len(hits) or found[-1] == 0:
        return None
    precision = found / np.maximum(np.cumsum(w), 1e-12)
    return float((precision * w * hits).sum() / found[-1])


def bootstrap_interval(hits: Hits, draws: int = DRAWS) -> list[float] | None:
    """The middle 95 % of the average precision over `draws` resamplings of the list's rows; None without positives."""
    if not hits.any():
        return None
    chance = np.random.default_rng(SEED)
    found = []
    for _ in range(draws):
        counts = np.bincount(chance.integers(0, len(hits), len(hits)), minlength=len(hits))
        value = average_precision(hits, counts.astype(np.float64))
        if value is not None:
            found.append(value)
    low, high = np.quantile(found, [0.025, 0.975])
    return [round(float(low), 6), round(float(high), 6)]


def precision_recall_at(hits: Hits) -> list[dict[str, Any]]:
    """Precision and recall of the first k rows, k of `CUTS` and the number of positives."""
    total = int(hits.sum())
    cuts = sorted({k for k in (*CUTS, total) if 0 < k <= len(hits)})
    found = np.cumsum(hits)
    return [
        {
            "k": k,
            "found": int(found[k - 1]),
            "precision": round(float(found[k - 1] / k), 6),
            "recall": round(float(found[k - 1] / total), 6) if total else None,
        }
        for k in cuts
    ]


def describe_list(hits: Hits) -> dict[str, Any]:
    """Positives, base rate, average precision with its interval, lift over chance, precision and recall at k."""
    base = float(hits.mean()) if len(hits) else 0.0
    value = average_precision(hits)
    return {
        "positives": int(hits.sum()),
        "base_rate": round(base, 6),
        "average_precision": None if value is None else round(value, 6),
        "interval_95": bootstrap_interval(hits),
        "lift": None if value is None or not base else round(value / base, 2),
        "at": precision_recall_at(hits),
    }
