"""
Fit one head: trees that correct the written rules, probabilities on margins from trees that had not seen the household.

A margin is a chance before calibration: trees are boosted on the squared error of 0 and 1. On log odds a scheme that a
handful of confirmed cases show never outweighs a hundred weak signs against it; as parts of a chance it does
(docs/adr/0094-chances-not-log-odds.md).
"""

from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from yihu.lens.learning.cases import BoolArray, Cases, FloatArray, Ints
from yihu.lens.learning.curves import Curve, fit_curve
from yihu.lens.learning.frame import EXPERT, Matrix

FOLDS = 5
OBJECTIVE = "regression"
RULES_ARE_WORTH = 200
"""Confirmed cases with which the written rules' start counts half; with many more it counts next to nothing."""


@dataclass(frozen=True, slots=True)
class Growth:
    """
    How the trees grow; one thread and a seed, so that the same cases give the same model.

    :param from_rules: whether the head begins from what the rules' score alone tells (`Prior`)
    """

    trees: int = 200
    leaves: int = 32
    rate: float = 0.015
    least_in_leaf: int = 3
    tree_features: float = 0.3
    split_features: float = 0.33
    bagged: float = 0.63
    l2: float = 0.3
    bins: int = 63
    seed: int = 1
    from_rules: bool = True


OVERALL_GROWTH = Growth()
SCHEME_GROWTH = Growth(trees=100, rate=0.03, from_rules=False)
"""The rules' total does not know the scheme: a head that starts from it finds every other one too."""


@dataclass(frozen=True, slots=True)
class Prior:
    """
    What a model starts from before it grows a tree: a chance by the written rules' score alone.

    The log odds of the score times `slope`, plus `offset`, as a chance. With few labels the model stays near the rules;
    each tree is a correction that the labels paid for. `mean` is the average chance in training.
    """

    slope: float
    offset: float
    mean: float
    place: int

    def margins(self, matrix: Matrix) -> FloatArray:
        """Float64 [n] in 0..1; `place` is the column of the expert score, -1 where there is none."""
        if self.place < 0 or not self.slope:
            return np.full(len(matrix), self.mean)
        return np.asarray(expit(self.slope * log_odds(matrix[:, self.place]) + self.offset), np.float64)


def log_odds(score: npt.NDArray[np.float32]) -> FloatArray:
    """Log odds of a score of 0..100, the ends drawn in by one point; unknown counts as none."""
    known = np.nan_to_num(score.astype(np.float64))
    return np.asarray(np.log((known + 1) / (101 - known)), np.float64)


def fit_prior(cases: Cases, labels: BoolArray, weights: FloatArray, *, from_rules: bool) -> Prior:
    """
    The expert score's own slope on the weighted cases, drawn in the more the more cases are confirmed.

    It is never below 0, and the chances average to the base rate, which is all that is left without `from_rules`.
    """
    place = next((k for k, f in enumerate(cases.features) if from_rules and f.code == EXPERT), -1)
    rows = weights > 0
    base = float(np.average(labels[rows], weights=weights[rows]))
    if place < 0 or not 0 < base < 1:
        return Prior(0.0, 0.0, round(base, 9), -1)
    x = log_odds(cases.matrix[rows, place])
    line = LogisticRegression(C=1e6).fit(x.reshape(-1, 1), labels[rows], sample_weight=weights[rows])
    trust = 1 / (1 + (int(labels[rows].sum()) / RULES_ARE_WORTH) ** 2)
    slope = trust * max(float(line.coef_[0, 0]), 0.0)
    offset = brentq(lambda o: np.average(expit(slope * x + o), weights=weights[rows]) - base, -60, 60)
    return Prior(round(slope, 9), round(float(offset), 9), round(base, 9), place)


@dataclass(frozen=True, slots=True)
class Grown:
    """Trees on top of a prior."""

    booster: lgb.Booster
    prior: Prior

    def margins(self, matrix: Matrix) -> FloatArray:
        """Chances before calibration, float64 [n]; the sum of many trees may leave 0..1 a little."""
        return np.asarray(self.booster.predict(matrix), np.float64) + self.prior.margins(matrix)


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
    parameters = {
        **parameters_of(growth), "objective": OBJECTIVE, "monotone_constraints": [f.monotone for f in cases.features],
    }  # fmt: skip
    prior = fit_prior(cases, labels, weights, from_rules=growth.from_rules)
    data = lgb.Dataset(
        cases.matrix[rows], labels[rows].astype(np.float64), weight=weights[rows],
        init_score=prior.margins(cases.matrix[rows]), params={"max_bin": growth.bins},
    )  # fmt: skip
    return Grown(lgb.train(parameters, data, num_boost_round=growth.trees), prior)


def parameters_of(growth: Growth) -> dict[str, Any]:
    """LightGBM's own names for how the trees grow."""
    return {
        "num_leaves": growth.leaves, "learning_rate": growth.rate, "min_data_in_leaf": growth.least_in_leaf,
        "feature_fraction": growth.tree_features, "feature_fraction_bynode": growth.split_features,
        "bagging_fraction": growth.bagged, "bagging_freq": 1, "lambda_l2": growth.l2, "max_bin": growth.bins,
        "seed": growth.seed, "deterministic": True, "force_col_wise": True, "num_threads": 1, "verbosity": -1,
        "feature_pre_filter": False,
    }  # fmt: skip


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
