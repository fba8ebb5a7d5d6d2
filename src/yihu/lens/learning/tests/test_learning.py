"""Splits, trees and probabilities."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.learning.boosted import Settings, grow, train
from yihu.lens.learning.comparison import METHODS, calibration_error, compare
from yihu.lens.learning.folds import group_folds, later_rows
from yihu.lens.learning.samples import Sample, as_matrix
from yihu.lens.learning.tests.test_leakage import honest

QUICK = Settings(trees=40)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_no_group_stands_on_both_sides_and_every_case_is_tested_once(seed, folds):
    chance = np.random.default_rng(seed)
    groups = chance.integers(0, 40, 200)
    sample = Sample("g", pd.DataFrame({"x": chance.normal(size=200)}), chance.random(200) < 0.4, groups)
    tested = []
    for fitted, held in group_folds(sample, folds=folds, seed=1):
        assert not set(groups[fitted]) & set(groups[held])
        tested += held.tolist()
    assert sorted(tested) == list(range(200))


def test_later_cases_are_later_and_of_groups_never_seen():
    times = np.datetime64("2025-01-01") + np.arange(100)
    sample = Sample("t", pd.DataFrame({"x": range(100)}), np.arange(100) % 3 == 0, np.arange(100) % 85, times)
    fitted, later = later_rows(sample, share=0.3)
    assert times[fitted].max() < times[later].min()
    assert not set(sample.groups[fitted]) & set(sample.groups[later])


def test_the_same_sample_gives_the_same_model_and_print():
    first, second = train(honest().settled(), settings=QUICK), train(honest().settled(), settings=QUICK)
    assert first.booster.model_to_string() == second.booster.model_to_string()
    assert honest().fingerprint() == honest().fingerprint() != honest(seed=2).fingerprint()


def test_a_changed_cell_or_label_changes_the_print():
    sample = honest()
    changed = sample.features.copy()
    changed.loc[7, "noise"] += 1e-9
    labels = sample.labels.copy()
    labels[3] = not labels[3]
    prints = {
        s.fingerprint()
        for s in (sample, Sample("made", changed, sample.labels), Sample("made", sample.features, labels))
    }
    assert len(prints) == 3


def test_other_features_are_not_scored():
    sample = honest().settled()
    model = train(sample, settings=QUICK)
    matrix, _ = as_matrix(sample.features)
    assert model.probabilities(matrix, sample.names).shape == (len(sample),)
    with pytest.raises(ValueError, match="trained on"):
        model.probabilities(matrix[:, ::-1], sample.names[::-1])


def test_a_monotone_feature_never_lowers_the_risk():
    sample = honest()
    matrix, _ = as_matrix(sample.features[["margin", "growth", "noise"]])
    trees = grow(matrix, ~sample.labels, settings=QUICK, monotone=[1, 0, 0])
    steps = np.column_stack([np.linspace(-3, 3, 50), np.zeros(50), np.zeros(50)])
    assert (np.diff(trees.predict(steps, raw_score=True)) >= -1e-9).all()
    free = grow(matrix, ~sample.labels, settings=QUICK)
    assert (np.diff(free.predict(steps, raw_score=True)) < -1e-9).any()


def test_calibration_error_is_nought_for_truth_and_large_for_boasting():
    chance = np.random.default_rng(4)
    said = chance.random(20_000)
    happened = chance.random(20_000) < said
    assert calibration_error(said, happened) < 0.02
    assert calibration_error(np.clip(said * 2, 0, 1), happened) > 0.1


def test_methods_stand_side_by_side_on_cases_not_seen():
    told = {t.method: t for t in compare(honest(cases=300), folds=3)}
    assert set(told) == set(METHODS)
    assert told["logistic regression"].auc > 0.7 > told["isolation forest (no labels)"].auc
    assert told["boosted trees, calibrated"].calibration_error < 0.15


def test_no_method_finds_what_is_not_there():
    sample = honest(cases=600)
    shuffled = Sample("none", sample.features, np.random.default_rng(8).permutation(sample.labels))
    for told in compare(shuffled, folds=3):
        assert told.auc < 0.6, told.method
