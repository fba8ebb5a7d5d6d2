"""What the grammar spells out equals what the rows say, counted once more without it."""

import math
from collections import Counter

import pytest

from yihu.lens.indicators.grammar import spec
from yihu.lens.indicators.grammar.compare import HOWS
from yihu.lens.indicators.grammar.expand import expanded
from yihu.lens.indicators.grammar.kinds import KINDS
from yihu.lens.indicators.tests.economy import AS_OF, random_economy
from yihu.lens.indicators.tests.oracle import Oracle
from yihu.lens.indicators.tests.world import Figures, compute_world

PAIRS = spec.pairs()
# Written down when the household's own age decides; too rare in a district of 36 to ask for.
LEAST_KNOWN = 3


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return compute_world(tmp_path_factory.mktemp("economy"), random_economy(3), as_of=AS_OF.isoformat())


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle(random_economy(3), AS_OF)


@pytest.mark.parametrize("measure", spec.measures().values(), ids=spec.measures())
def test_a_measure_equals_the_count_by_hand(figures: Figures, oracle: Oracle, measure: spec.Measure) -> None:
    for code in measure.by:
        comparison = spec.comparisons()[code]
        wanted = {h: oracle.figure(measure, comparison, h) for h in figures}
        found = {h: row[f"{measure.code}_{code}"] for h, row in figures.items()}
        assert {h: (found[h], w) for h, w in wanted.items() if not _same(found[h], w)} == {}, code
        assert sum(w is not None for w in wanted.values()) >= LEAST_KNOWN, code


def _same(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=2e-6)


def test_the_grammar_is_written_out_once() -> None:
    codes = Counter(item.code for item in expanded())
    assert len(codes) == len(PAIRS) == sum(codes.values())
    assert {c.how for c in spec.comparisons().values()} == set(HOWS)
    assert {m.kind for m in spec.measures().values()} == set(KINDS)


def test_a_difference_of_shares_is_told_in_points() -> None:
    shift = next(item for item in expanded() if item.code == "red_rate_shift")
    assert (shift.unit, shift.window, shift.direction) == ("百分点", 12, "high")
    assert shift.sentence == "近3个月红字金额与蓝字金额之比比此前9个月变动{value}{peers}。"
    assert shift.formula == "近3个月与此前9个月之差：|红字金额| ÷ 有效蓝字金额"
