"""Measures of probabilities on cases not seen, each weighted to stand for the households it speaks for."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from yihu.lens.learning.cards import Bin, Figure, Measured
from yihu.lens.learning.cases import BoolArray, FloatArray
from yihu.lens.learning.measures import average_precision

DRAWS = 200
SEED = 7
BINS = 10
Z = 1.959964
How = Callable[[FloatArray, Any, FloatArray], float | None]


def measure(
    probabilities: FloatArray, labels: BoolArray, weights: FloatArray, *, split: str, capacity: int, share: float
) -> Measured:
    """
    Every measure of one head on one split.

    :param weights: what each case stands for, float64 [n]
    :param share: part of the households that `capacity` is, which is the part of the weights that is looked at
    """
    n, positives = len(labels), int(labels.sum())
    base = float(np.average(labels, weights=weights)) if n else 0.0
    if not 0 < positives < n:
        nothing = Figure(None)
        return Measured(split, n, positives, round(base, 6), nothing, nothing, None, None, capacity, nothing, nothing)
    order = in_order(probabilities)
    precision, recall = _at(labels[order], weights[order], share)
    return Measured(
        split=split,
        n=n,
        positives=positives,
        base_rate=round(base, 6),
        average_precision=interval(probabilities, labels, weights, _ap),
        auc=interval(probabilities, labels, weights, _auc),
        brier=round(float(np.average((probabilities - labels) ** 2, weights=weights)), 6),
        calibration_error=round(calibration_error(probabilities, labels, weights), 6),
        capacity=capacity,
        precision_at_capacity=precision,
        recall_at_capacity=recall,
        bins=reliability(probabilities, labels, weights),
    )


def reliability(probabilities: FloatArray, labels: BoolArray, weights: FloatArray) -> tuple[Bin, ...]:
    """Ten groups of equal weight by probability: number of cases, mean of what was said, share that was confirmed."""
    order = np.argsort(probabilities, kind="stable")
    edge = np.cumsum(weights[order]) / max(weights.sum(), 1e-12)
    place = np.minimum((edge * BINS - 1e-9).astype(int), BINS - 1)
    found = []
    for k in range(BINS):
        rows = order[place == k]
        if len(rows) and weights[rows].sum() > 0:
            said, seen = (float(np.average(v[rows], weights=weights[rows])) for v in (probabilities, labels))
            found.append(Bin(len(rows), round(said, 6), round(seen, 6)))
    return tuple(found)


def calibration_error(probabilities: FloatArray, labels: BoolArray, weights: FloatArray | None = None) -> float:
    """The mean distance between what was said and what happened, over ten groups of equal weight. 0 is perfect."""
    bins = reliability(probabilities, labels, np.ones(len(labels)) if weights is None else weights)
    return float(np.mean([abs(b.predicted - b.observed) for b in bins])) if bins else 0.0


def wilson(hits: float, of: float) -> Figure:
    """A share with its Wilson 95 % interval; unknown of nothing."""
    if of <= 0:
        return Figure(None)
    share, spread = float(hits / of), Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * np.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return Figure(round(share, 6), round(float(max(middle - half, 0)), 6), round(float(min(middle + half, 1)), 6))


def in_order(scores: FloatArray) -> np.ndarray:
    """Best first; ties by lot, always the same."""
    return np.lexsort((np.random.default_rng(SEED).random(len(scores)), -scores))


def _at(hits: BoolArray, weights: FloatArray, share: float) -> tuple[Figure, Figure]:
    """Precision and recall of the first `share` of the weight; counted as so many cases as the weights are worth."""
    looked = np.cumsum(weights) <= max(share * weights.sum(), weights[0])
    w, found = weights[looked], float(weights[looked & hits].sum())
    worth = float(w.sum() ** 2 / (w**2).sum())
    positive = weights[hits]
    return (
        wilson(found / w.sum() * worth, worth),
        wilson(found / positive.sum() * (many := float(positive.sum() ** 2 / (positive**2).sum())), many),
    )


def _ap(scores: FloatArray, labels: BoolArray, weights: FloatArray) -> float | None:
    order = in_order(scores)
    return average_precision(labels[order], weights[order])


def _auc(scores: FloatArray, labels: BoolArray, weights: FloatArray) -> float | None:
    rows = weights > 0
    if not 0 < labels[rows].sum() < rows.sum():
        return None
    return float(roc_auc_score(labels[rows], scores[rows], sample_weight=weights[rows]))


def interval(scores: FloatArray, found: BoolArray | FloatArray, weights: FloatArray, how: How) -> Figure:
    """A measure of scores against what was found, with its 95 % interval over drawings of the cases."""
    chance = np.random.default_rng(SEED)
    told = [how(scores, found, weights)]
    for _ in range(DRAWS):
        counts = np.bincount(chance.integers(0, len(found), len(found)), minlength=len(found))
        told.append(how(scores, found, weights * counts))
    known = [t for t in told[1:] if t is not None]
    if told[0] is None or not known:
        return Figure(None)
    low, high = np.quantile(known, [0.025, 0.975])
    return Figure(round(float(told[0]), 6), round(float(low), 6), round(float(high), 6))
