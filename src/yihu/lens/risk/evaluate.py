"""Apply the rules to all households at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from yihu.lens.risk.features import Features, FloatArray
from yihu.lens.risk.rules import Condition, Rule

FURTHER = 0.5  # what a rule counts after the strongest of its family


def rule_strengths(features: Features, rules: Sequence[Rule]) -> FloatArray:
    """
    How much each rule counts for each household: 0 (does not fire) or 0.5..1.

    A rule fires where all its conditions hold; an unknown figure never fires.

    :returns: float64 [rules, households]
    """
    return np.array([_strength(features, rule) for rule in rules]).reshape(len(rules), features.size)


def _strength(features: Features, rule: Rule) -> FloatArray:
    degrees = [_degree(features, condition) for condition in rule.when]
    shown = [~np.isnan(features.values.get(code, _nothing(features))) for code in rule.indicators]
    result: FloatArray = np.minimum.reduce(degrees) * np.logical_and.reduce(shown)
    return result


def _nothing(features: Features) -> FloatArray:
    return np.full(features.size, np.nan)


def _degree(features: Features, condition: Condition) -> FloatArray:
    """1 where the condition holds in full, 0.5 at its threshold, 0 where it fails or the figure is unknown."""
    value = features.values.get(condition.indicator, _nothing(features))
    place = features.percentiles.get(condition.indicator, _nothing(features))
    holds = _within(value, condition.at_least, condition.at_most)
    holds &= _within(place, condition.above_peers, condition.below_peers)
    if condition.full is None or condition.at_least is None:
        return holds.astype(np.float64)
    ramp = (np.nan_to_num(value) - condition.at_least) / (condition.full - condition.at_least)
    degree: FloatArray = holds * (0.5 + 0.5 * np.clip(ramp, 0, 1))
    return degree


def _within(value: FloatArray, low: float | None, high: float | None) -> npt.NDArray[np.bool_]:
    inside = np.ones(len(value), bool)
    if low is not None:
        inside &= value >= low  # NaN compares false
    if high is not None:
        inside &= value <= high
    return inside


def contributions(strengths: FloatArray, rules: Sequence[Rule]) -> FloatArray:
    """
    The share of doubt each rule takes away: weight x strength, halved after the strongest of its family.

    :returns: float64 [rules, households]
    """
    weighted: FloatArray = strengths * np.array([rule.weight for rule in rules])[:, None]
    for family in dict.fromkeys(rule.family for rule in rules):
        rows = np.array([i for i, rule in enumerate(rules) if rule.family == family])
        strongest = weighted[rows].argmax(axis=0)
        factor = np.full((len(rows), weighted.shape[1]), FURTHER)
        factor[strongest, np.arange(weighted.shape[1])] = 1.0
        weighted[rows] *= factor
    return weighted


def combine(shares: FloatArray) -> FloatArray:
    """One minus the doubt that is left when every share is taken from what the others leave; float64 [households]."""
    result: FloatArray = 1 - np.prod(1 - shares, axis=0)
    return result


def rules_without_data(features: Features, rules: Sequence[Rule]) -> list[str]:
    """Codes of rules that cannot fire because a figure they need is known for no household."""
    empty = {code for code, column in features.values.items() if bool(np.isnan(column).all())}
    return [r.code for r in rules if any(c in empty or c not in features.values for c in r.indicators)]
