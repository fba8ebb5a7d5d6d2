"""Gradient-boosted trees with probabilities that mean what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from yihu.lens.learning.folds import group_folds
from yihu.lens.learning.samples import BoolArray, FloatArray, Sample, as_matrix

# Isotonic steps need many positives to stand on; below that a slope and an offset are all the data can tell.
ENOUGH_FOR_STEPS = 300
INNER_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """How the trees grow; one thread and a seed, so that the same sample gives the same model."""

    trees: int = 300
    leaves: int = 15
    rate: float = 0.05
    least_in_leaf: int = 10
    seed: int = 20261125


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Trees, and how their margin becomes a probability. It scores the features it was trained on and no others."""

    booster: lgb.Booster
    curve: IsotonicRegression | LogisticRegression
    names: tuple[str, ...]

    def margins(self, matrix: FloatArray) -> FloatArray:
        """Raw scores, float64 [n]; log odds before calibration."""
        return np.asarray(self.booster.predict(matrix, raw_score=True, num_threads=1), np.float64)

    def probabilities(self, matrix: FloatArray, names: Sequence[str]) -> FloatArray:
        """
        Calibrated probabilities, float64 [n] in [0, 1].

        :raises ValueError: `names` are not the features of the training, in that order
        """
        if tuple(names) != self.names:
            raise ValueError(f"trained on {list(self.names)}, asked with {list(names)}")
        return bent(self.curve, self.margins(matrix))


def bent(curve: IsotonicRegression | LogisticRegression, margins: FloatArray) -> FloatArray:
    """Margins as probabilities by a fitted curve."""
    if isinstance(curve, IsotonicRegression):
        return np.asarray(curve.predict(margins), np.float64)
    return np.asarray(curve.predict_proba(margins.reshape(-1, 1))[:, 1], np.float64)


def grow(
    matrix: FloatArray,
    labels: BoolArray,
    *,
    settings: Settings,
    categories: Sequence[int] = (),
    monotone: Sequence[int] | None = None,
    weights: FloatArray | None = None,
) -> lgb.Booster:
    """
    Boosted trees.

    :param monotone: per feature 1 (never lowers the risk when it rises), -1 or 0, where law or sense demands it
    """
    rules: Mapping[str, object] = {
        "objective": "binary", "num_leaves": settings.leaves, "learning_rate": settings.rate,
        "min_data_in_leaf": settings.least_in_leaf, "seed": settings.seed, "deterministic": True,
        "force_row_wise": True, "num_threads": 1, "verbosity": -1, "bagging_fraction": 0.8, "bagging_freq": 1,
        "feature_fraction": 0.8, "lambda_l2": 1.0,
        **({"monotone_constraints": list(monotone)} if monotone is not None else {}),
    }  # fmt: skip
    data = lgb.Dataset(matrix, labels.astype(np.float64), weight=weights, categorical_feature=list(categories))
    return lgb.train(dict(rules), data, num_boost_round=settings.trees)


def train(sample: Sample, *, settings: Settings | None = None, monotone: Sequence[int] | None = None) -> Calibrated:
    """
    Trees on the whole sample, calibrated on margins that each came from trees that had not seen the case.

    :raises ValueError: too few cases of a label to hold any back
    """
    wanted = settings or Settings()
    matrix, categories = as_matrix(sample.features)
    held_out = np.zeros(len(sample))
    for fitted, tested in group_folds(sample, folds=INNER_FOLDS, seed=wanted.seed):
        trees = grow(
            matrix[fitted], sample.labels[fitted], settings=wanted, categories=categories, monotone=monotone
        )  # fmt: skip
        held_out[tested] = trees.predict(matrix[tested], raw_score=True, num_threads=1)
    whole = grow(matrix, sample.labels, settings=wanted, categories=categories, monotone=monotone)
    return Calibrated(whole, fit_curve(held_out, sample.labels), tuple(sample.names))


def fit_curve(margins: FloatArray, labels: BoolArray) -> IsotonicRegression | LogisticRegression:
    """Isotonic steps where there are enough positives, else Platt's slope and offset."""
    if int(labels.sum()) >= ENOUGH_FOR_STEPS:
        return IsotonicRegression(out_of_bounds="clip", y_min=0.0, y_max=1.0).fit(margins, labels)
    return LogisticRegression(C=1e6).fit(margins.reshape(-1, 1), labels)
