"""Planted leaks are named and refused; honest samples pass."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.learning.leakage import LeakageError, examine, refuse_leaks, single_power
from yihu.lens.learning.samples import Sample

CASES = 400


def honest(seed: int = 1, cases: int = CASES) -> Sample:
    """Labels that two figures tell in part; a third says nothing."""
    chance = np.random.default_rng(seed)
    frame = pd.DataFrame(chance.normal(size=(cases, 3)), columns=["margin", "growth", "noise"])
    frame["trade"] = chance.choice(["retail", "making", "building"], cases)
    labels = frame["margin"] + frame["growth"] + chance.normal(scale=1.5, size=cases) > 1
    return Sample("made", frame, labels.to_numpy())


def codes_of(sample: Sample) -> dict[str, tuple[str, ...]]:
    return {leak.code: leak.features for leak in examine(sample)}


def with_column(sample: Sample, name: str, values: object) -> Sample:
    return Sample(sample.name, sample.features.assign(**{name: values}), sample.labels)


def test_an_honest_sample_passes():
    assert refuse_leaks(honest()) == []


@pytest.mark.parametrize("make", [
    lambda y, n: y * 2.0 + n * 0.1,
    lambda y, n: -(y * 2.0 + n * 0.1),
    lambda y, n: np.where(y, "查补", "无问题"),
    lambda y, n: np.where(y, n, np.nan),
])  # fmt: skip
def test_a_figure_made_of_the_label_is_refused_by_name(make):
    sample = honest()
    leaking = with_column(sample, "verdict", make(sample.labels, np.random.default_rng(3).normal(size=CASES)))
    with pytest.raises(LeakageError, match="verdict") as refused:
        refuse_leaks(leaking)
    assert "verdict" in refused.value.leaks[0].features


def test_a_number_that_differs_in_every_row_is_no_leak_by_itself():
    sample = with_column(honest(), "id", [f"R{n:05}" for n in range(CASES)])
    assert "LEAK-001" not in codes_of(sample)


def test_a_running_number_over_sorted_labels_is_refused():
    sample = honest()
    order = np.argsort(sample.labels, kind="stable")
    leaking = with_column(sample.keep(order), "row", np.arange(CASES))
    assert codes_of(leaking)["LEAK-004"] == ("row",)


def test_a_label_held_between_several_figures_is_found():
    chance = np.random.default_rng(5)
    frame = pd.DataFrame(
        {"a": chance.integers(0, 4, 600), "b": chance.integers(0, 4, 600), "c": chance.normal(size=600)}
    )
    sample = Sample("product", frame, (frame["a"] * frame["b"] >= 3).to_numpy(), np.arange(600))
    assert set(codes_of(sample)["LEAK-006"][:2]) == {"a", "b"}


def test_copies_are_refused_until_they_are_kept_together():
    sample = honest()
    twice = sample.keep(np.r_[np.arange(CASES), np.arange(CASES)])
    assert "LEAK-005" in codes_of(twice)
    assert "LEAK-005" not in codes_of(twice.with_copies_together())


def test_a_figure_known_after_the_decision_is_refused():
    sample = honest()
    decided = np.full(CASES, np.datetime64("2025-06-30"))
    known = {"margin": decided - 10, "growth": decided + np.r_[1, np.zeros(CASES - 1, int)]}
    dated = Sample(sample.name, sample.features, sample.labels, None, decided, known)
    assert codes_of(dated)["LEAK-002"] == ("growth",)


def test_too_few_cases_are_refused():
    assert set(codes_of(honest(cases=30).keep(np.arange(15)))) == {"LEAK-009"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=4, max_size=60))
def test_power_does_not_depend_on_the_way_round(rows):
    labels, values = np.array([r[0] for r in rows]), np.array([float(r[1]) for r in rows])
    if labels.all() or not labels.any():
        return
    power = single_power(values, labels, False)
    assert power == pytest.approx(single_power(-values, labels, False))
    assert 0.5 - 1e-9 <= power <= 1.0 + 1e-9
