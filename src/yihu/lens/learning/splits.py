"""
Which figures the trees of a kept model ask for.

Read from the model's text, where LightGBM lists the column (`split_feature`) and the gain (`split_gain`) of every split
of a tree: importing LightGBM takes seconds, and a page asks.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yihu.lens.home import Home
from yihu.lens.learning.cards import ModelCard
from yihu.lens.learning.kept import model_path, read_card

COLUMNS, GAINS = "split_feature=", "split_gain="


@dataclass(frozen=True, slots=True)
class Asked:
    """
    How the trees of one head ask for a figure.

    :param gain_share: its part of the gain of all the head's splits, 0..1
    :param place: by gain among the figures the head asks for, 1 is first
    """

    scheme: str
    zh: str
    splits: int
    gain_share: float
    place: int


@dataclass(frozen=True, slots=True)
class Splits:
    """A card, and by figure the heads that ask for it, the overall one first; what nobody asks for is absent."""

    card: ModelCard
    by_code: Mapping[str, tuple[Asked, ...]]


def read_splits(home: Home, model_id: str) -> Splits:
    """
    What the trees of a model ask for.

    :raises NoModelError: it is not on the shelf
    :raises ModelError: MODEL-002, a file was changed, is missing or cannot be read
    """
    card = read_card(home, model_id)
    path = model_path(home, model_id)
    found: dict[str, list[Asked]] = defaultdict(list)
    for head in (h for h in card.heads if h.learned):
        counts, gains = _count(path / f"head-{head.scheme}.txt")
        whole = sum(gains.values()) or 1.0
        for place, column in enumerate(sorted(counts, key=lambda c: (-gains[c], c)), 1):
            asked = Asked(head.scheme, head.zh, counts[column], gains[column] / whole, place)
            found[card.codes[column]].append(asked)
    return Splits(card, {code: tuple(heads) for code, heads in found.items()})


def _count(file: Path) -> tuple[dict[int, int], dict[int, float]]:
    """Splits and gain by column."""
    counts: dict[int, int] = defaultdict(int)
    gains: dict[int, float] = defaultdict(float)
    columns: list[int] = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(COLUMNS):
                columns = [int(word) for word in line.removeprefix(COLUMNS).split()]
            elif line.startswith(GAINS):
                for column, gain in zip(columns, line.removeprefix(GAINS).split(), strict=True):
                    counts[column] += 1
                    gains[column] += float(gain)
    return counts, gains
