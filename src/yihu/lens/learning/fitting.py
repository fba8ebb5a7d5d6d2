"""Fit one head: trees on the weighted cases, probabilities on margins from trees that had not seen the household."""

from collections.abc import Mapping
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from yihu.lens.learning.cases import BoolArray, Cases, FloatArray, Ints
from yihu.lens.learning.curves import Curve, fit_curve
from yihu.lens.learning.frame import Matrix

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Growth:
    """How the trees grow; one thread and a seed, so that the same cases give the same model."""

    trees: int = 300
    leaves: int = 12
    rate: float = 0.04
    least_in_leaf: int = 15
    features: float = 0.3
    l2: float = 5.0
    bins: int = 63
    seed: int = 1


OVERALL_GROWTH = Growth()
SCHEME_GROWTH = Growth(trees=150, leaves=8, rate=0.05, least_in_leaf=10, features=0.2)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Trees, their curve, and a margin of each case from trees that had not seen its household (float64 [cases])."""

    booster: lgb.Booster
    curve: Curve
    held_out: FloatArray

    def probabilities(self, matrix: Matrix) -> FloatArray:
        """Float64 [n] in 0..1, rounded to six digits."""
        return np.round(self.curve.probabilities(margins(self.booster, matrix)), 6)


def margins(booster: lgb.Booster, matrix: Matrix) -> FloatArray:
    """Raw scores of the trees, float64 [n]."""
    return np.asarray(booster.predict(matrix, raw_score=True), np.float64)


def grow(matrix: Matrix, labels: BoolArray, weights: FloatArray, growth: Growth, monotone: list[int]) -> lgb.Booster:
    """Boosted trees on rows of some weight."""
    rows = weights > 0
    parameters: Mapping[str, object] = {
        "objective": "binary", "num_leaves": growth.leaves, "learning_rate": growth.rate,
        "min_data_in_leaf": growth.least_in_leaf, "feature_fraction": growth.features, "bagging_fraction": 0.8,
        "bagging_freq": 1, "lambda_l2": growth.l2, "max_bin": growth.bins, "seed": growth.seed, "deterministic": True,
        "force_row_wise": True, "num_threads": 1, "verbosity": -1, "min_sum_hessian_in_leaf": 0.0,
        "monotone_constraints": monotone, "feature_pre_filter": False,
    }  # fmt: skip
    data = lgb.Dataset(
        matrix[rows], labels[rows].astype(np.float64), weight=weights[rows], params={"max_bin": growth.bins}
    )
    return lgb.train(dict(parameters), data, num_boost_round=growth.trees)


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
    monotone = [f.monotone for f in cases.features]
    fold = deal_folds(cases, labels, folds=folds, seed=growth.seed)
    held_out = np.zeros(len(cases))
    for k in range(folds):
        trees = grow(cases.matrix, labels, np.where(fold == k, 0.0, weights), growth, monotone)
        tested = fold == k
        held_out[tested] = margins(trees, cases.matrix[tested])
    rows = cases.inspected
    curve = fit_curve(held_out[rows], labels[rows], stands_for[rows])
    return Fitted(grow(cases.matrix, labels, weights, growth, monotone), curve, held_out)
