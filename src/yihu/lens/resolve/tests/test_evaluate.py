"""Pairwise precision and recall by hand."""

import pytest

from yihu.lens.resolve.evaluate import score_pairs_against


def test_pairs_by_hand() -> None:
    truth = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "3"}
    score = score_pairs_against({"a": "x", "b": "x", "c": "y", "d": "y", "e": "z"}, truth)
    assert (score.right, score.found, score.real) == (1, 2, 3)
    assert score.as_dict()["f1"] == pytest.approx(0.4)


def test_nothing_found_is_precise_and_recalls_nothing() -> None:
    score = score_pairs_against({}, {"a": "1", "b": "1"})
    assert (score.precision, score.recall, score.f1) == (1.0, 0.0, 0.0)
