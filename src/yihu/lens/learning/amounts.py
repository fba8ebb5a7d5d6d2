"""
How much an inspection brings that finds something, learned from the amounts due of confirmed cases.

A household's *expected* amount is its probability times this one: who has few hands looks there first. Amounts are
many small ones and few large ones, and nothing at times: trees on Tweedie deviance (variance between counts and
gammas), which underrates sums where it explains little, and one factor that puts the sum of cases not seen right. The
assumption is that of the calibration: of two households with the same figures and something to find, the one that was
inspected hides as much as the other.
"""

from dataclasses import dataclass, replace
from functools import partial

import lightgbm as lgb
import numpy as np
from scipy.stats import spearmanr

from yihu.lens.learning.cards import AmountHead, Bin
from yihu.lens.learning.cases import BoolArray, Cases, FloatArray
from yihu.lens.learning.fitting import Growth, deal_folds, parameters_of
from yihu.lens.learning.frame import Matrix
from yihu.lens.learning.weighing import in_order, interval

FEWEST = 30
FOLDS, GROUPS = 5, 5
UNIT = 10_000.0
"""Yuan that the trees count by; what they add up stays near one."""
GROWTH = Growth(
    trees=200, leaves=8, rate=0.03, least_in_leaf=15, tree_features=0.3, split_features=1.0, bagged=0.7, l2=5.0,
    from_rules=False,
)  # fmt: skip
OBJECTIVE = {"objective": "tweedie", "tweedie_variance_power": 1.5}


@dataclass(frozen=True, slots=True)
class AmountTrees:
    """Trees that tell an amount, and the factor by which their sum fell short on households they had not seen."""

    booster: lgb.Booster
    factor: float

    def predict(self, matrix: Matrix) -> FloatArray:
        """Yuan, float64 [n], to the fen."""
        return np.round(np.asarray(self.booster.predict(matrix), np.float64) * UNIT * self.factor, 2)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What was learned, and each case's amount by trees that had not seen its household (float64 [cases])."""

    trees: AmountTrees
    held_out: FloatArray


def fit_amounts(cases: Cases, *, seed: int) -> Amounts | None:
    """Learn from the confirmed cases whose amount is known; None where fewer than `FEWEST` brought anything."""
    known, due = known_amounts(cases), amounts_due(cases)
    if (due > 0).sum() < FEWEST:
        return None
    growth = replace(GROWTH, seed=seed)
    fold = deal_folds(cases, known, folds=FOLDS, seed=seed)
    held_out = np.zeros(len(cases))
    for k in range(FOLDS):
        tested = fold == k
        held_out[tested] = AmountTrees(_grow(cases, known & ~tested, growth), 1.0).predict(cases.matrix[tested])
    factor = round(float(due[known].sum() / held_out[known].sum()), 9)
    return Amounts(AmountTrees(_grow(cases, known, growth), factor), np.round(held_out * factor, 2))


def known_amounts(cases: Cases) -> BoolArray:
    """Which cases tell what an inspection brought."""
    return np.asarray(cases.confirmed & ~np.isnan(cases.amount_due), bool)


def amounts_due(cases: Cases) -> FloatArray:
    """Yuan that each case brought: nothing where nobody knows, and where more was given back than asked for."""
    return np.where(known_amounts(cases), np.maximum(np.nan_to_num(cases.amount_due), 0.0), 0.0)


def measure_amounts(
    cases: Cases, amounts: Amounts | None, probabilities: FloatArray, stands_for: FloatArray, capacity: int,
    share: float,
) -> AmountHead:  # fmt: skip
    """
    How well amounts are told of households not seen, and what a list by expected amounts reaches beside one by chances.

    :param probabilities: of each case, by trees that had not seen its household; `stands_for` as in `fit_head`
    """
    known = known_amounts(cases)
    if amounts is None:
        return AmountHead(int(known.sum()), capacity, f"查实并追回税款的不足 {FEWEST} 户，未学习")
    due, rows = amounts_due(cases), stands_for > 0
    reach = partial(reached, share=share)
    expected = probabilities * amounts.held_out
    return AmountHead(
        int(known.sum()),
        capacity,
        factor=amounts.trees.factor,
        mean=round(float(due[known].mean()), 2),
        bins=_groups(amounts.held_out[known], due[known]),
        rank_correlation=interval(amounts.held_out[known], due[known], np.ones(int(known.sum())), _rank_correlation),
        reached=interval(expected[rows], due[rows], stands_for[rows], reach),
        reached_by_probability=interval(probabilities[rows], due[rows], stands_for[rows], reach),
    )


def reached(scores: FloatArray, due: FloatArray, weights: FloatArray, *, share: float) -> float | None:
    """Of all that is due, the part within the first `share` of the weight."""
    order = in_order(scores)
    w, amount = weights[order], due[order]
    looked = np.cumsum(w) <= max(share * w.sum(), w[0])
    total = float((w * amount).sum())
    return float((w * amount)[looked].sum()) / total if total else None


def _groups(said: FloatArray, due: FloatArray) -> tuple[Bin, ...]:
    """`GROUPS` groups of as many cases by what was said, with the means of what was said and what was due."""
    parts = np.array_split(np.argsort(said, kind="stable"), GROUPS)
    return tuple(Bin(len(p), round(float(said[p].mean()), 2), round(float(due[p].mean()), 2)) for p in parts)


def _rank_correlation(said: FloatArray, due: FloatArray, weights: FloatArray) -> float | None:
    """Spearman's; a weight of 2 counts a case twice."""
    times = weights.astype(np.int64)
    told = spearmanr(np.repeat(said, times), np.repeat(due, times)).statistic
    return None if np.isnan(told) else float(told)


def _grow(cases: Cases, rows: BoolArray, growth: Growth) -> lgb.Booster:
    data = lgb.Dataset(cases.matrix[rows], amounts_due(cases)[rows] / UNIT, params={"max_bin": growth.bins})
    return lgb.train({**parameters_of(growth), **OBJECTIVE}, data, num_boost_round=growth.trees)
