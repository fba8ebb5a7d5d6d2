"""What a page says the trees ask for is what LightGBM itself says."""

from pathlib import Path

import lightgbm as lgb
import pytest

from yihu.lens.home import Home
from yihu.lens.learning.cards import ModelCard
from yihu.lens.learning.kept import ModelError, NoModelError, model_path
from yihu.lens.learning.splits import read_splits
from yihu.lens.learning.tests import world


@pytest.mark.parametrize("scheme", ["all", "BURST_ISSUING"])
def test_splits_and_gains_are_those_of_the_trees(home: Home, card: ModelCard, scheme: str) -> None:
    booster = lgb.Booster(model_file=model_path(home, card.model_id) / f"head-{scheme}.txt")
    counts, gains = (booster.feature_importance(kind) for kind in ("split", "gain"))
    found = read_splits(home, card.model_id)
    assert found.card == card
    told = {code: head for code, heads in found.by_code.items() for head in heads if head.scheme == scheme}
    assert {code: head.splits for code, head in told.items()} == {
        code: n for code, n in zip(card.codes, counts, strict=True) if n
    }
    for code, gain in zip(card.codes, gains, strict=True):
        assert gain == pytest.approx(told[code].gain_share * gains.sum() if code in told else 0, rel=1e-4)
    by_gain = sorted(told, key=lambda code: told[code].place)
    assert [told[code].place for code in by_gain] == list(range(1, len(told) + 1))
    assert by_gain[0] == card.codes[int(gains.argmax())]


def test_a_scheme_that_was_not_learned_asks_for_nothing(home: Home, card: ModelCard) -> None:
    heads = {head.scheme for asked in read_splits(home, card.model_id).by_code.values() for head in asked}
    assert heads == {"all", "BURST_ISSUING"}


def test_a_changed_or_unknown_model_is_refused(home: Home, card: ModelCard, tmp_path: Path) -> None:
    with pytest.raises(NoModelError):
        read_splits(Home(tmp_path), card.model_id)
    own = Home(tmp_path / "own")
    made = world.publish(own, seed=2)
    file = model_path(own, made.model_id) / "head-all.txt"
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b"split_feature=1\n")
    with pytest.raises(ModelError, match="MODEL-002"):
        read_splits(own, made.model_id)
