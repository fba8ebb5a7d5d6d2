"""
Only the inspected have labels, and past officers chose whom to inspect: four ways to handle it.

The assumption of the weighted ways, and of every calibration, is *selection on observables*: of two households with the
same figures the one that was inspected is as likely to be guilty as the other. A referral breaks it, for the informer
knew more than the figures show; referred cases are learned from, but stand for nobody else. What that costs is measured
on simulated districts, where the truth is known (docs/subsystems/learning.md).
"""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from sklearn.metrics import roc_auc_score

from yihu.lens.learning.cases import Cases, FloatArray

REFERRED = "REFERRAL"
CLIP = 0.98  # quantile of the weights above which one case would speak for too many
FOLDS = 3
ASSUMPTIONS = {
    "labelled": "只用已检查的户学习，不管是谁选的案：等于假定已检查的户与全部户一样。",
    "weighted": "假定指标相同的户，被选中检查的与没被选中的同样可能有问题（按可观测指标选择）；"
    "按入选概率的倒数加权，权重封顶；线索移交的案件不参加学习。",
    "unlabelled": "把未检查的户当作低权重的正常户，其中确有少数问题户；概率只用已检查且非线索移交的户，"
    "按入选概率的倒数加权校准，假定指标相同的户被选中与否同样可能有问题。",
    "blended": "已检查的户按入选概率的倒数加权，未检查的户当作低权重的正常户；线索移交的案件不参加学习和校准。",
}
UNLABELLED_SHARE = {"labelled": 0.0, "weighted": 0.0, "unlabelled": 0.3, "blended": 0.3}
"""Weight of all unlabelled rows together, as a multiple of the labelled ones'."""
WEIGHTED = {"labelled": False, "weighted": True, "unlabelled": False, "blended": True}
METHODS = tuple(ASSUMPTIONS)


@dataclass(frozen=True, slots=True)
class Propensity:
    """
    The chance of each row to be inspected, and how well it can be foretold.

    :param weights: float64 [n], 1 / chance, capped and of mean 1 over the inspected; 0 for the referred and the others
    """

    auc: float | None
    weights: FloatArray
    largest: float


def estimate_propensity(cases: Cases, *, seed: int) -> Propensity:
    """
    The chance to be inspected without having been referred, from the figures, the division and the industry.

    Each row's is by trees that had not seen it.
    """
    taken = cases.inspected & (cases.selected_by != REFERRED)
    if taken.all() or taken.sum() < 2 * FOLDS:
        return Propensity(None, taken.astype(np.float64), 1.0)
    matrix = np.column_stack([cases.matrix, *(_numbers(cases.places[p]) for p in ("division_code", "industry_code"))])
    fold = np.random.default_rng(seed).permutation(len(cases)) % FOLDS
    chance = np.zeros(len(cases))
    for k in range(FOLDS):
        rows = fold != k
        data = lgb.Dataset(
            matrix[rows], taken[rows].astype(float), params={"max_bin": 31, "verbosity": -1},
            categorical_feature=[matrix.shape[1] - 2, matrix.shape[1] - 1],
        )  # fmt: skip
        trees = lgb.train(
            {
                "objective": "binary", "num_leaves": 8, "learning_rate": 0.08, "min_data_in_leaf": 50,
                "feature_fraction": 0.4, "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1,
                "verbosity": -1, "lambda_l2": 5.0, "max_bin": 31,
            },
            data, num_boost_round=60,
        )  # fmt: skip
        chance[~rows] = trees.predict(matrix[~rows], num_threads=1)
    raw = np.where(taken, 1 / np.clip(chance, 1e-4, 1), 0.0)
    capped = np.minimum(raw, np.quantile(raw[taken], CLIP))
    weights = np.where(taken, capped / capped[taken].mean(), 0.0)
    return Propensity(float(roc_auc_score(taken, chance)), weights, float(weights.max()))


def training_weights(cases: Cases, propensity: Propensity, method: str) -> FloatArray:
    """What each row counts in training, float64 [n]; rows of no weight are left out."""
    own = propensity.weights if WEIGHTED[method] else cases.inspected.astype(np.float64)
    others = int((~cases.inspected).sum())
    share = UNLABELLED_SHARE[method] * own.sum() / others if others else 0.0
    return np.where(cases.inspected, own, share)


def _numbers(texts: np.ndarray) -> FloatArray:
    return np.unique(texts, return_inverse=True)[1].astype(np.float64)
