"""
Fit one head: trees that correct the written rules, probabilities on margins from trees that had not seen the household.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from yihu.lens.learning.cases import BoolArray, Cases, FloatArray, Ints
from yihu.lens.learning.curves import Curve, fit_curve
from yihu.lens.learning.frame import EXPERT, Matrix

FOLDS = 5
TRUST = 0.5  # of what the expert score alone tells of the cases: the trees must have room to contradict it


@dataclass(frozen=True, slots=True)
class Growth:
    """How the trees grow; one thread and a seed, so that the same cases give the same model."""

    trees: int = 100
    leaves: int = 8
    rate: float = 0.04
    least_in_leaf: int = 15
    features: float = 0.3
    l2: float = 15.0
    bins: int = 63
    seed: int = 1


OVERALL_GROWTH = Growth()
SCHEME_GROWTH = Growth(trees=80, least_in_leaf=10, features=0.2)


@dataclass(frozen=True, slots=True)
class Prior:
    """
    What a model starts from before it grows a tree: the written rules' score, as log odds times `slope`, plus `offset`.

    With few labels the model stays near the rules; each tree is a correction that the labels paid for. `mean` is the
    average of the score's log odds in training.
    """

    slope: float
    offset: float
    mean: float
    place: int

    def margins(self, matrix: Matrix) -> FloatArray:
        """Float64 [n]; `place` is the column of the expert score, -1 where there is none."""
        if self.place < 0 or not self.slope:
            return np.full(len(matrix), self.offset)
        return self.slope * log_odds(matrix[:, self.place]) + self.offset


def log_odds(score: npt.NDArray[np.float32]) -> FloatArray:
    """Log odds of a score of 0..100, the ends drawn in by one point; unknown counts as none."""
    known = np.nan_to_num(score.astype(np.float64))
    return np.asarray(np.log((known + 1) / (101 - known)), np.float64)


def fit_prior(cases: Cases, labels: BoolArray, weights: FloatArray) -> Prior:
    """The expert score's own slope on the weighted cases, halved, never below 0."""
    place = next((k for k, f in enumerate(cases.features) if f.code == EXPERT), -1)
    rows = weights > 0
    base = float(np.average(labels[rows], weights=weights[rows]))
    even = float(np.log(max(base, 1e-6) / max(1 - base, 1e-6)))
    if place < 0 or not labels[rows].any():
        return Prior(0.0, even, 0.0, -1)
    x = log_odds(cases.matrix[rows, place])
    line = LogisticRegression(C=1e6).fit(x.reshape(-1, 1), labels[rows], sample_weight=weights[rows])
    slope = TRUST * max(float(line.coef_[0, 0]), 0.0)
    mean = float(np.average(x, weights=weights[rows]))
    return Prior(round(slope, 9), round(float(line.intercept_[0]), 9), round(mean, 9), place)


@dataclass(frozen=True, slots=True)
class Grown:
    """Trees on top of a prior."""

    booster: lgb.Booster
    prior: Prior

    def margins(self, matrix: Matrix) -> FloatArray:
        """Log odds before calibration, float64 [n]."""
        return np.asarray(self.booster.predict(matrix, raw_score=True), np.float64) + self.prior.margins(matrix)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Trees, their curve, and a margin of each case from trees that had not seen its household (float64 [cases])."""

    grown: Grown
    curve: Curve
    held_out: FloatArray

    def probabilities(self, matrix: Matrix) -> FloatArray:
        """Float64 [n] in 0..1, rounded to six digits."""
        return np.round(self.curve.probabilities(self.grown.margins(matrix)), 6)


def grow(cases: Cases, labels: BoolArray, weights: FloatArray, growth: Growth) -> Grown:
    """Boosted trees on rows of some weight, starting from the experts."""
    rows = weights > 0
    parameters: Mapping[str, object] = {
        "objective": "binary", "num_leaves": growth.leaves, "learning_rate": growth.rate,
        "min_data_in_leaf": growth.least_in_leaf, "feature_fraction": growth.features, "bagging_fraction": 0.8,
        "bagging_freq": 1, "lambda_l2": growth.l2, "max_bin": growth.bins, "seed": growth.seed, "deterministic": True,
        "force_row_wise": True, "num_threads": 1, "verbosity": -1, "min_sum_hessian_in_leaf": 0.0,
        "monotone_constraints": [f.monotone for f in cases.features], "feature_pre_filter": False,
    }  # fmt: skip
    prior = fit_prior(cases, labels, weights)
    data = lgb.Dataset(
        cases.matrix[rows], labels[rows].astype(np.float64), weight=weights[rows],
        init_score=prior.margins(cases.matrix[rows]), params={"max_bin": growth.bins},
    )  # fmt: skip
    return Grown(lgb.train(dict(parameters), data, num_boost_round=growth.trees), prior)


def deal_folds(cases: Cases, labels: BoolArray, *, folds: int, seed: int) -> Ints:
    """A fold for each row: a household stands in one fold whatever the day, positives are dealt out evenly."""
    groups, place = np.unique(cases.group, return_inverse=True)
    guilty = np.zeros(len(groups), bool)
    guilty[place[labels]] = True
    shuffled = np.random.default_rng(seed).permutation(len(groups))
    dealt = np.empty(len(groups), np.int64)
    for kind in (guilty, ~guilty):
        members = shuffled[kind[shuffled]]
        dealt[members] = np.arange(len(members)) % folds
    return dealt[place]


def fit_head(
    cases: Cases, labels: BoolArray, weights: FloatArray, stands_for: FloatArray, growth: Growth, *, folds: int = FOLDS
) -> Fitted:
    """
    Fit one head.

    :param labels: bool [cases], what is looked for; rows without label are taken as not
    :param weights: what a row counts in training; `stands_for`: what an inspected row stands for in the calibration
    """
    fold = deal_folds(cases, labels, folds=folds, seed=growth.seed)
    held_out = np.zeros(len(cases))
    for k in range(folds):
        grown = grow(cases, labels, np.where(fold == k, 0.0, weights), growth)
        tested = fold == k
        held_out[tested] = grown.margins(cases.matrix[tested])
    rows = stands_for > 0
    curve = fit_curve(held_out[rows], labels[rows], stands_for[rows])
    return Fitted(grow(cases, labels, weights, growth), curve, held_out)
