"""Methods side by side on one sample: the same splits, cases not seen, intervals, and the base rate beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from yihu.lens.learning.boosted import train
from yihu.lens.learning.folds import group_folds
from yihu.lens.learning.leakage import single_power
from yihu.lens.learning.measures import average_precision, bootstrap_interval
from yihu.lens.learning.samples import BoolArray, FloatArray, Sample, as_matrix

SEED = 20261125
# A category with more values than this is spread over columns no more: trees take it as it is.
MOST_COLUMNS = 200
Scorer = Callable[[Sample, Sample], FloatArray]


@dataclass(frozen=True, slots=True)
class Told:
    """One method on one sample. `calibration_error` only where the scores claim to be probabilities."""

    method: str
    auc: float
    average_precision: float
    interval_95: tuple[float, float]
    calibration_error: float | None


def compare(sample: Sample, *, folds: int = 5, seed: int = SEED) -> list[Told]:
    """All methods of `METHODS` by cross-validation in groups; every case is scored once, by what had not seen it."""
    sample = sample.settled()
    scores = {name: np.zeros(len(sample)) for name in METHODS}
    for fitted, tested in group_folds(sample, folds=folds, seed=seed):
        _score(sample, fitted, tested, scores)
    return [_tell(name, scores[name], sample.labels) for name in METHODS]


def compare_split(sample: Sample, fitted: Any, tested: Any) -> list[Told]:
    """All methods trained on some rows and tested on others, e.g. later ones (`folds.later_rows`)."""
    sample = sample.settled()
    scores = {name: np.zeros(len(sample)) for name in METHODS}
    _score(sample, fitted, tested, scores)
    return [_tell(name, scores[name][tested], sample.labels[tested]) for name in METHODS]


def _score(sample: Sample, fitted: Any, tested: Any, scores: dict[str, FloatArray]) -> None:
    for name, method in METHODS.items():
        scores[name][tested] = method(sample.keep(fitted), sample.keep(tested))


def _tell(name: str, scores: FloatArray, labels: BoolArray) -> Told:
    order = np.lexsort((np.random.default_rng(SEED).random(len(scores)), -scores))
    hits = labels[order]
    low, high = bootstrap_interval(hits) or [0.0, 0.0]
    claims = name in PROBABILITIES
    return Told(
        name, round(float(roc_auc_score(labels, scores)), 4), round(average_precision(hits) or 0.0, 4),
        (round(low, 4), round(high, 4)), round(calibration_error(scores, labels), 4) if claims else None,
    )  # fmt: skip


def calibration_error(probabilities: FloatArray, labels: BoolArray, *, bins: int = 10) -> float:
    """
    Expected calibration error: the mean distance, over `bins` groups of equal size by probability, between what was
    said and what happened. 0 is perfect.
    """
    order = np.argsort(probabilities, kind="stable")
    groups = [g for g in np.array_split(order, bins) if len(g)]
    return float(sum(len(g) * abs(probabilities[g].mean() - labels[g].mean()) for g in groups) / len(labels))


def _one_figure(known: Sample, asked: Sample) -> FloatArray:
    """The one figure that ordered the known cases best, the way round that it did."""
    seen, categories = as_matrix(known.features)
    told, _ = as_matrix(asked.features)
    plain = [c for c in range(seen.shape[1]) if c not in categories]
    if not plain:
        return np.zeros(len(asked))
    lowest = -np.finfo(float).max
    seen, told = np.nan_to_num(seen[:, plain], nan=lowest), np.nan_to_num(told[:, plain], nan=lowest)
    best = max(range(len(plain)), key=lambda c: single_power(seen[:, c], known.labels, False))
    rises = roc_auc_score(known.labels, rankdata(seen[:, best])) >= 0.5
    return np.asarray(told[:, best] if rises else -told[:, best], np.float64)


def _prepared(known: Sample, asked: Sample) -> tuple[FloatArray, FloatArray]:
    """For methods that need complete numbers: medians fitted on the known cases, few categories one column each."""
    seen, categories = as_matrix(known.features)
    told, _ = as_matrix(asked.features)
    wide = [c for c in categories if len(np.unique(seen[:, c])) <= MOST_COLUMNS]
    plain = [c for c in range(seen.shape[1]) if c not in categories]
    fill = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    parts = [(fill.fit_transform(seen[:, plain]), fill.transform(told[:, plain]))] if plain else []
    if wide:
        spread = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        parts.append((spread.fit_transform(seen[:, wide]), spread.transform(told[:, wide])))
    return np.hstack([p[0] for p in parts]), np.hstack([p[1] for p in parts])


def _logistic(known: Sample, asked: Sample) -> FloatArray:
    seen, told = _prepared(known, asked)
    return np.asarray(LogisticRegression(max_iter=2000).fit(seen, known.labels).predict_proba(told)[:, 1])


def _isolation(known: Sample, asked: Sample) -> FloatArray:
    seen, told = _prepared(known, asked)
    return np.asarray(-IsolationForest(n_estimators=200, random_state=SEED, n_jobs=1).fit(seen).score_samples(told))


def _forest(known: Sample, asked: Sample) -> FloatArray:
    seen, told = _prepared(known, asked)
    forest = RandomForestClassifier(n_estimators=300, random_state=SEED, n_jobs=1, min_samples_leaf=2)
    return np.asarray(forest.fit(seen, known.labels).predict_proba(told)[:, 1])


def _boosted(known: Sample, asked: Sample) -> FloatArray:
    told, _ = as_matrix(asked.features)
    return train(known).probabilities(told, tuple(asked.names))


METHODS: dict[str, Scorer] = {
    "best single figure": _one_figure,
    "isolation forest (no labels)": _isolation,
    "logistic regression": _logistic,
    "random forest": _forest,
    "boosted trees, calibrated": _boosted,
}
PROBABILITIES = {"logistic regression", "random forest", "boosted trees, calibrated"}
