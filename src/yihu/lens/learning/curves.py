"""How a margin becomes a probability: fitted on cases that the trees had not seen, kept as plain numbers."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from yihu.lens.learning.boosted import ENOUGH_FOR_STEPS
from yihu.lens.learning.cases import BoolArray, FloatArray

FAINTEST = 1e-3  # a chance that a handful of cases cannot tell from none


@dataclass(frozen=True, slots=True)
class Curve:
    """A monotone line through (x, y): margins between two points are interpolated, those outside take the end's."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    logistic: bool

    def probabilities(self, margins: FloatArray) -> FloatArray:
        """Float64 in [0, 1]. A logistic curve is (slope, offset) on log odds in `x`, and `y` is empty."""
        if self.logistic:
            slope, offset = self.x
            return np.asarray(expit(slope * _log_odds(margins) + offset), np.float64)
        return np.interp(margins, self.x, self.y)


def fit_curve(margins: FloatArray, labels: BoolArray, weights: FloatArray) -> Curve:
    """
    Isotonic steps where there are enough positives, else a slope and an offset on log odds (Platt 1999).

    :param margins: chances before calibration; what lies outside 0..1 counts as the end
    """
    if int(labels.sum()) < ENOUGH_FOR_STEPS:
        model = LogisticRegression(C=1e6).fit(_log_odds(margins).reshape(-1, 1), labels, sample_weight=weights)
        return Curve((max(float(model.coef_[0, 0]), 1e-6), float(model.intercept_[0])), (), True)
    steps = IsotonicRegression(out_of_bounds="clip", y_min=0.0, y_max=1.0).fit(margins, labels, sample_weight=weights)
    x, y = np.asarray(steps.X_thresholds_, float), np.asarray(steps.y_thresholds_, float)
    return Curve(tuple(x.tolist()), tuple(y.tolist()), False)


def _log_odds(margins: FloatArray) -> FloatArray:
    return np.asarray(logit(np.clip(margins, FAINTEST, 1 - FAINTEST)), np.float64)
