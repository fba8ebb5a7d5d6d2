"""
Does a sample give its answer away? A model that learned from a leak is worthless and looks perfect.

Checked before training; any finding that `refuses` stops the release until the feature is dropped or the sample mended.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from yihu.lens.learning.boosted import Settings, grow
from yihu.lens.learning.folds import group_folds
from yihu.lens.learning.samples import BoolArray, FloatArray, Sample, as_matrix

# One figure that orders the cases as well as this is the label in other clothes; real ones of tax data stay below 0.95.
ONE_FIGURE = 0.985
TOGETHER = 0.995
MISSING = 0.90
ORDER = 0.80
FEWEST = 20
SMALL = Settings(trees=60, leaves=8, least_in_leaf=5)


@dataclass(frozen=True, slots=True)
class Leak:
    """One finding; `text` is Chinese and says what and what to do."""

    code: str
    features: tuple[str, ...]
    text: str
    refuses: bool = True


class LeakageError(ValueError):
    """A sample may not be learned from as it is."""

    def __init__(self, leaks: list[Leak]) -> None:
        super().__init__("；".join(f"{leak.code} {leak.text}" for leak in leaks))
        self.leaks = leaks


def refuse_leaks(sample: Sample) -> list[Leak]:
    """
    The warnings about a sample.

    :raises LeakageError: something refuses
    """
    found = examine(sample)
    refusing = [leak for leak in found if leak.refuses]
    if refusing:
        raise LeakageError(refusing)
    return found


def examine(sample: Sample) -> list[Leak]:
    """All findings, in a fixed order. Too few cases of a label to say anything: LEAK-009, which refuses."""
    rarest = int(min(sample.labels.sum(), (~sample.labels).sum()))
    if rarest < FEWEST:
        return [Leak("LEAK-009", (), f"较少的一类只有 {rarest} 例，不足 {FEWEST} 例，无法检查泄漏，请补充样本")]
    matrix, categories = as_matrix(sample.features)
    alone = _alone(sample, matrix, set(categories))
    found = [*alone, *_later(sample), *_missing(sample, matrix), *_order(sample), *_copies(sample, matrix)]
    named = {name for leak in alone for name in leak.features}
    return [*found, *_together(sample.without(sorted(named)))]


def _alone(sample: Sample, matrix: FloatArray, categories: set[int]) -> list[Leak]:
    """LEAK-001: one figure by itself orders the cases as the label does."""
    leaks = []
    for place, name in enumerate(sample.names):
        power = single_power(matrix[:, place], sample.labels, place in categories)
        if power >= ONE_FIGURE:
            text = (
                f"指标“{name}”单独就能把两类样本分开（AUC {power:.3f}），多半由标签算出或在定性之后才有，请删去后重查"
            )
            leaks.append(Leak("LEAK-001", (name,), text))
    return leaks


def single_power(values: FloatArray, labels: BoolArray, is_category: bool) -> float:
    """
    How well one figure orders the cases, 0.5 … 1, whichever way; unknown values stand together at one end.

    Categories are ordered by their share of positives in the *other* half of the rows, so that a number that is
    different in every row says nothing.
    """
    if is_category:
        return _category_power(values, labels)
    known = np.where(np.isnan(values), -np.inf, values)
    power = roc_auc_score(labels, rankdata(known))
    return float(max(power, 1 - power))


def _category_power(values: FloatArray, labels: BoolArray) -> float:
    half = np.random.default_rng(7).random(len(labels)) < 0.5
    scores = np.full(len(labels), labels.mean())
    for seen, told in ((half, ~half), (~half, half)):
        if labels[seen].all() or not labels[seen].any():
            return 0.5
        shares = pd.Series(labels[seen].astype(float)).groupby(values[seen]).mean()
        scores[told] = pd.Series(values[told]).map(shares).fillna(labels[seen].mean()).to_numpy()
    return float(max(roc_auc_score(labels, scores), 0.5))


def _later(sample: Sample) -> list[Leak]:
    """LEAK-002: a figure that was known only after the case was decided."""
    if sample.times is None:
        return []
    leaks = []
    for name, known in sample.known_at.items():
        late = int((known > sample.times).sum())
        if late:
            text = f"指标“{name}”有 {late} 例的取数时间晚于定性时间，当时不可能知道，请改取定性之前的值"
            leaks.append(Leak("LEAK-002", (name,), text))
    return leaks


def _missing(sample: Sample, matrix: FloatArray) -> list[Leak]:
    """LEAK-003: whether a figure is there at all tells the label, as when only the audited were asked for it."""
    leaks = []
    for place, name in enumerate(sample.names):
        empty = np.isnan(matrix[:, place])
        if not empty.any() or empty.all():
            continue
        power = roc_auc_score(sample.labels, empty)
        if max(power, 1 - power) >= MISSING:
            text = f"指标“{name}”是否为空几乎就等于标签，请查明为何只有一类样本有值"
            leaks.append(Leak("LEAK-003", (name,), text))
    return leaks


def _order(sample: Sample) -> list[Leak]:
    """LEAK-004: the rows are sorted by the label, so that a running number among the features tells it."""
    place = np.arange(len(sample))
    power = roc_auc_score(sample.labels, place)
    if max(power, 1 - power) < ORDER:
        return []
    numbers = tuple(
        name for name in sample.names
        if pd.api.types.is_numeric_dtype(sample.features[name]) and sample.features[name].is_monotonic_increasing
        and sample.features[name].is_unique
    )  # fmt: skip
    text = "样本是按标签排序的" + (
        f"，而“{'、'.join(numbers)}”是流水号，会泄漏标签，请删去" if numbers else "，请先打乱"
    )
    return [Leak("LEAK-004", numbers, text, refuses=bool(numbers))]


def _copies(sample: Sample, matrix: FloatArray) -> list[Leak]:
    """LEAK-005: the same case stands in the sample several times and no group keeps the copies together."""
    if not matrix.shape[1]:
        return []
    _, place, counts = np.unique(np.nan_to_num(matrix, nan=-1e300), axis=0, return_inverse=True, return_counts=True)
    place = place.ravel()
    # Of whom nothing is known says nothing twice.
    copied = (counts[place] > 1) & ~np.isnan(matrix).all(axis=1)
    if sample.groups is not None:
        spread = pd.Series(sample.groups).groupby(place).nunique().to_numpy()
        copied &= spread[place] > 1
    share = float(copied.mean())
    if share < 0.01:
        return []
    text = f"{share:.1%} 的样本与另一例指标完全相同且不在同一组，拆分时会同时出现在训练和检验中，请去重或注明分组"
    return [Leak("LEAK-005", (), text, refuses=share > 0.5)]


def _together(sample: Sample) -> list[Leak]:
    """LEAK-006: what is left still answers perfectly on cases not seen: several figures hold the label between them."""
    if not sample.names:
        return []
    matrix, categories = as_matrix(sample.features)
    scores, gains = np.zeros(len(sample)), np.zeros(len(sample.names))
    for fitted, tested in group_folds(sample, folds=5, seed=SMALL.seed):
        trees = grow(matrix[fitted], sample.labels[fitted], settings=SMALL, categories=categories)
        scores[tested] = trees.predict(matrix[tested], num_threads=1)
        gains += trees.feature_importance("gain")
    power = float(roc_auc_score(sample.labels, scores))
    if power < TOGETHER:
        return []
    first = tuple(np.array(sample.names)[np.argsort(-gains, kind="stable")][:3].tolist())
    text = (
        f"其余指标合起来仍能近乎完美地预测（AUC {power:.3f}），最起作用的是“{'、'.join(first)}”，请查明它们与标签的关系"
    )
    return [Leak("LEAK-006", first, text)]
