"""What an inspection brings: learned from confirmed cases alone, told in yuan, and kept with the model."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from yihu.lens.home import Home
from yihu.lens.learning.amounts import FEWEST, fit_amounts, known_amounts, measure_amounts, reached
from yihu.lens.learning.cases import Cases
from yihu.lens.learning.kept import CARD_FILE, model_path, read_card
from yihu.lens.learning.scoring import load_model, score_frame
from yihu.lens.learning.tests import world


@pytest.fixture(scope="module")
def cases() -> Cases:
    return world.make_cases(world.make_frame())


def test_amounts_of_other_households_come_out_in_order_and_in_sum(cases: Cases) -> None:
    amounts = fit_amounts(cases, seed=1)
    assert amounts is not None
    other = world.make_cases(world.make_frame(2), 2)
    known = known_amounts(other)
    said = amounts.trees.predict(other.matrix[known])
    assert spearmanr(said, other.amount_due[known]).statistic > 0.8
    assert said.sum() == pytest.approx(other.amount_due[known].sum(), rel=0.15)


def test_the_cleared_and_cases_without_an_amount_teach_nothing(cases: Cases) -> None:
    without = np.flatnonzero(known_amounts(cases))[::4]
    due = cases.amount_due.copy()
    due[without] = np.nan
    some = replace(cases, amount_due=due)
    # The same trees from the cases alone that are known: nothing else was looked at.
    alone = fit_amounts(some.keep(known_amounts(some)), seed=1)
    told = fit_amounts(some, seed=1)
    assert told is not None
    assert alone is not None
    assert np.array_equal(told.trees.booster.predict(cases.matrix), alone.trees.booster.predict(cases.matrix))


@pytest.mark.parametrize("kind", ["few", "nothing", "given back"])
def test_too_little_to_learn_from_is_said(cases: Cases, kind: str) -> None:
    if kind == "few":
        few = cases.keep(np.flatnonzero(known_amounts(cases))[: FEWEST - 1])
    else:
        few = replace(cases, amount_due=np.where(cases.confirmed, 0.0 if kind == "nothing" else -5.0, np.nan))
    amounts = fit_amounts(few, seed=1)
    assert amounts is None
    head = measure_amounts(few, amounts, np.zeros(len(few)), np.ones(len(few)), 10, 0.1)
    assert head.why_not
    assert head.reached.value is None


def test_a_list_by_expected_amounts_reaches_more_than_one_by_chances(cases: Cases) -> None:
    amounts = fit_amounts(cases, seed=1)
    chances = world.risk(world.make_frame())
    stands = cases.inspected.astype(float)
    head = measure_amounts(cases, amounts, chances, stands, 100, 0.1)
    by_amount, by_chance = head.reached, head.reached_by_probability
    assert (by_amount.value or 0) > 1.3 * (by_chance.value or 1)
    assert (by_amount.low or 1) <= (by_amount.value or 0) <= (by_amount.high or 0)
    said = np.array([group.predicted for group in head.bins])
    found = np.array([group.observed for group in head.bins])
    assert found[-1] > 5 * found[0]
    assert said.mean() == pytest.approx(found.mean(), rel=0.02)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1e8)), min_size=1, max_size=40))
def test_what_is_reached_is_a_part_and_all_of_it_with_all_hands(rows: list[tuple[float, float]]) -> None:
    scores, due = np.array(rows).T
    ones = np.ones(len(rows))
    parts = [reached(scores, due, ones, share=share) for share in (0.1, 0.5, 1.0)]
    if due.sum() == 0:
        assert parts == [None, None, None]
    else:
        assert 0 <= parts[0] <= parts[1] + 1e-9 <= parts[2] + 2e-9  # type: ignore[operator]
        assert parts[2] == pytest.approx(1)


def test_a_snapshot_is_told_amounts_to_the_fen(tmp_path: Path) -> None:
    home = Home(tmp_path)
    card = world.publish(home)
    assert card.tells_amounts
    frame = world.make_frame(3)
    table = score_frame(load_model(home, card.model_id), frame)
    rows = table.select(["probability", "amount_if_confirmed", "expected_amount"]).to_pylist()
    for row in rows[:200]:
        assert isinstance(row["expected_amount"], Decimal)
        assert float(row["expected_amount"]) == pytest.approx(
            row["probability"] * float(row["amount_if_confirmed"]), abs=0.01
        )
    pq.write_table(table, tmp_path / "again.parquet")
    again = score_frame(load_model(home, card.model_id), frame)
    assert again.equals(table)


def test_a_card_of_before_is_read_and_tells_no_amounts(tmp_path: Path) -> None:
    """Models trained before amounts were learned are not called damaged."""
    home = Home(tmp_path)
    card = world.publish(home)
    path = model_path(home, card.model_id)
    plain = json.loads((path / CARD_FILE).read_text("utf-8"))
    del plain["amounts"], plain["files"]["amounts.txt"]
    (path / "amounts.txt").unlink()
    old = _renamed(home, path, plain)
    read = read_card(home, old)
    assert read.amounts is None
    table = score_frame(load_model(home, old), world.make_frame(3))
    assert table.column("expected_amount").null_count == len(table)


def _renamed(home: Home, path: Path, plain: dict[str, object]) -> str:
    """Put a card under the name that its contents give it."""
    from yihu.lens.learning.kept import _digest, _text

    name = f"M{str(plain['as_of']).replace('-', '')}-{_digest({**plain, 'model_id': ''})}"
    (path / CARD_FILE).write_bytes(_text({**plain, "model_id": name}))
    path.rename(home.models / name)
    return name
