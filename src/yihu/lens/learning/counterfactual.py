"""
What would lower the probability: the fewest changeable figures, moved the least toward what is usual among peers.

It is a statement about the model, not advice how to escape it: a figure that is moved on paper only is a new false
statement. Figures that nobody can change from now on (age, history, whom others have found guilty) stay as they are,
and a monotone figure is moved only in the direction that can help.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yihu.lens.indicators.catalogue import show
from yihu.lens.learning.cards import OVERALL, LearnedFeature
from yihu.lens.learning.fitting import margins
from yihu.lens.learning.scoring import Loaded

MOST = 5
MARKS = ("p25", "p50", "p75")
HALVINGS = 5
Row = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Move:
    """One figure and what it would have to be; `text` is Chinese."""

    feature: str
    zh: str
    value: float
    wanted: float
    text: str


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """`found` False: no change of at most five changeable figures to usual values suffices; `text` says what holds."""

    found: bool
    moves: tuple[Move, ...]
    probability: float
    text: str


def find_counterfactual(model: Loaded, row: Row, peers: Mapping[str, Mapping[str, float | None]]) -> Counterfactual:
    """
    The smallest plausible change that takes the probability below the threshold.

    Greedy: each step moves the figure that lowers the margin most to a quartile of the peers; then moves that are not
    needed are taken back, and each of the rest is moved no further than it must be.

    :param row: float32 [features]; `peers`: figures of the peer group by indicator code
    """
    threshold = model.card.threshold
    probability = _probability(model, row)
    if probability < threshold:
        return Counterfactual(True, (), probability, "概率已低于预警线，不需要任何改变。")
    moved = row.copy()
    places: list[int] = []
    while len(places) < MOST and _probability(model, moved) >= threshold:
        step = _best_step(model, moved, places, peers)
        if step is None:
            break
        place, value = step
        moved[place] = value
        places.append(place)
    if _probability(model, moved) >= threshold:
        text = (
            "在可改变的指标中，没有找到不超过5项、落在同行通常范围内、又足以使概率低于预警线的改变；"
            "主要原因在不可改变的事实。"
        )
        return Counterfactual(False, (), _probability(model, moved), text)
    for place in list(places):
        kept = moved.copy()
        kept[place] = row[place]
        if _probability(model, kept) < threshold:
            moved, places = kept, [p for p in places if p != place]
    for place in places:
        moved[place] = _least(model, row, moved, place, threshold)
    moves = tuple(_move(model.card.features[p], float(row[p]), float(moved[p])) for p in places)
    after = _probability(model, moved)
    text = (
        f"若{'，且'.join(m.text for m in moves)}，概率将由{probability:.1%}降至{after:.1%}，低于预警线{threshold:.1%}。"
    )
    return Counterfactual(True, moves, after, text)


def _best_step(
    model: Loaded, row: Row, taken: list[int], peers: Mapping[str, Mapping[str, float | None]]
) -> tuple[int, float] | None:
    """The figure and the peers' quartile that lower the margin most; None where nothing lowers it."""
    tries = [
        (place, float(value))
        for place, feature in enumerate(model.card.features)
        if feature.changeable and place not in taken and not np.isnan(row[place])
        for value in (peers.get(feature.code, {}).get(mark) for mark in MARKS)
        if value is not None and _may_help(feature, float(row[place]), float(value))
    ]
    if not tries:
        return None
    matrix = np.repeat(row[None, :], len(tries), axis=0)
    for at, (place, value) in enumerate(tries):
        matrix[at, place] = value
    reached = margins(model.boosters[OVERALL], matrix)
    best = int(np.argmin(reached))
    return tries[best] if reached[best] < margins(model.boosters[OVERALL], row[None, :])[0] - 1e-9 else None


def _may_help(feature: LearnedFeature, now: float, wanted: float) -> bool:
    return wanted != now and (feature.monotone == 0 or (wanted - now) * feature.monotone < 0)


def _least(model: Loaded, row: Row, moved: Row, place: int, threshold: float) -> float:
    """The value nearest to the household's own that still suffices, by halving."""
    own, reached = float(row[place]), float(moved[place])
    for _ in range(HALVINGS):
        tried = moved.copy()
        tried[place] = middle = (own + reached) / 2
        if _probability(model, tried) < threshold:
            reached = middle
        else:
            own = middle
    return reached


def _move(feature: LearnedFeature, value: float, wanted: float) -> Move:
    way = "降至" if wanted < value else "升至"
    unit = feature.unit
    text = f"{feature.zh}由{show(value, unit)}{way}{show(wanted, unit)}"  # type: ignore[arg-type]
    return Move(feature.code, feature.zh, round(value, 6), round(wanted, 6), text)


def _probability(model: Loaded, row: Row) -> float:
    return float(model.probabilities(OVERALL, row[None, :])[0])
