"""Trees that add up chances: where they start, how they become probabilities, and what an older model is told."""

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.lens.home import Home
from yihu.lens.learning.cards import ModelCard
from yihu.lens.learning.curves import fit_curve
from yihu.lens.learning.fitting import OVERALL_GROWTH, SCHEME_GROWTH, fit_prior, grow
from yihu.lens.learning.kept import ModelError
from yihu.lens.learning.scoring import load_model, refuse_other_scale
from yihu.lens.learning.tests import world


def test_the_rules_start_counts_the_less_the_more_is_confirmed() -> None:
    slopes = []
    for share in (0.02, 0.2, 0.9):
        cases = world.make_cases(world.make_frame(), share=share)
        weights = cases.inspected.astype(float)
        prior = fit_prior(cases, cases.confirmed, weights, from_rules=True)
        said = prior.margins(cases.matrix)
        assert ((said > 0) & (said < 1)).all()
        base = cases.confirmed[cases.inspected].mean()
        assert np.average(said, weights=weights) == pytest.approx(base, abs=1e-6) == prior.mean
        slopes.append(prior.slope)
    assert slopes[0] > slopes[1] > slopes[2] > 0


def test_a_head_of_a_scheme_starts_from_the_base_rate_alone() -> None:
    cases = world.make_cases(world.make_frame())
    prior = fit_prior(cases, cases.scheme == "BURST_ISSUING", np.ones(len(cases)), from_rules=False)
    assert np.unique(prior.margins(cases.matrix)).tolist() == [pytest.approx((cases.scheme == "BURST_ISSUING").mean())]
    assert OVERALL_GROWTH.from_rules
    assert not SCHEME_GROWTH.from_rules


def test_the_trees_say_chances_that_average_to_the_base_rate() -> None:
    cases = world.make_cases(world.make_frame())
    said = grow(cases, cases.confirmed, np.ones(len(cases)), OVERALL_GROWTH).margins(cases.matrix)
    assert said.mean() == pytest.approx(cases.confirmed.mean(), abs=0.01)
    assert said.min() > -0.1
    assert said.max() < 1.1


@given(st.lists(st.floats(-0.2, 1.2), min_size=20, max_size=200), st.sampled_from([30, 400]))
def test_a_higher_margin_never_has_a_lower_probability(margins: list[float], positives: int) -> None:
    chance = np.random.default_rng(positives)
    shown = chance.random(1000)
    labels = np.zeros(1000, bool)
    labels[np.argsort(-shown - chance.normal(0, 0.1, 1000))[:positives]] = True
    curve = fit_curve(shown, labels, np.ones(1000))
    assert curve.logistic == (positives < 300)
    said = curve.probabilities(np.sort(np.array(margins)))
    assert (np.diff(said) >= -1e-12).all()
    assert ((said >= 0) & (said <= 1)).all()


def test_a_model_on_the_older_scale_is_refused_rather_than_misread(home: Home, card: ModelCard) -> None:
    chance = np.random.default_rng(1).random((200, 3))
    older = lgb.train({"objective": "binary", "verbosity": -1}, lgb.Dataset(chance, chance[:, 0] > 0.5), 5)
    refuse_other_scale(card, load_model(home, card.model_id).grown["all"].booster)
    with pytest.raises(ModelError, match="MODEL-007"):
        refuse_other_scale(card, older)
