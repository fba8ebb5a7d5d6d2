"""How unusual a household's whole combination of figures is among its peers, without any label."""

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import IsolationForest

from yihu.lens.risk.features import Features, FloatArray

SEED = 20260101
TREES = 200
MIN_KNOWN = 0.05  # a figure known for fewer households says more about the source than about the household
FLOOR = 0.90  # an outlier among the usual nine tenths is no reason


def outlier_scores(features: Features, codes: list[str], judged: npt.NDArray[np.bool_]) -> FloatArray:
    """
    Percentile (0..1) of each household's isolation-forest score among the households `judged`; 0 for the others.

    The forest sees percentiles among peers, not figures, so that size and industry do not make an outlier; an unknown
    figure stands in the middle. Fixed seed, one thread: the same snapshot gives the same scores.

    :param codes: figures to look at; those known for too few households are left out
    :param judged: bool [households]
    """
    scores = np.zeros(features.size)
    rows = np.flatnonzero(judged)
    columns = [features.percentiles[c][rows] for c in codes if c in features.percentiles]
    columns = [c for c in columns if (~np.isnan(c)).mean() >= MIN_KNOWN] if len(rows) else []
    if len(rows) < 2 or not columns:
        return scores
    matrix = np.nan_to_num(np.column_stack(columns), nan=0.5).astype(np.float32)
    forest = IsolationForest(n_estimators=TREES, random_state=SEED, n_jobs=1).fit(matrix)
    raw = np.round(-forest.score_samples(matrix), 9)
    _, inverse, counts = np.unique(raw, return_inverse=True, return_counts=True)
    below = np.r_[0, np.cumsum(counts)[:-1]]
    scores[rows] = (below[inverse] + counts[inverse] / 2) / len(rows)
    return scores


def outlier_share(scores: FloatArray, weight: float) -> FloatArray:
    """The share of doubt an outlier score takes away: none below `FLOOR`, `weight` at the top; float64 [households]."""
    result: FloatArray = weight * np.clip((scores - FLOOR) / (1 - FLOOR), 0, 1)
    return result


def most_unusual(features: Features, codes: list[str], household: int, count: int = 3) -> list[str]:
    """The `count` figures on which a household stands furthest from the middle of its peers, furthest first."""
    places = [(abs(features.percentiles[c][household] - 0.5), c) for c in codes if c in features.percentiles]
    known = [(distance, c) for distance, c in places if not np.isnan(distance)]
    return [c for _, c in sorted(known, key=lambda d: (-d[0], d[1]))[:count]]
