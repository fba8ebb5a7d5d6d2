"""
What would lower the probability: the fewest changeable figures, moved the least toward what is usual among peers.

It is a statement about the model, not advice how to escape it: a figure that is moved on paper only is a new false
statement. Figures that nobody can change from now on (age, history, whom others have found guilty) stay as they are,
and a monotone figure is moved only in the direction that can help.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yihu.lens.indicators.catalogue import show
from yihu.lens.learning.cards import OVERALL, LearnedFeature
from yihu.lens.learning.experts import Expert
from yihu.lens.learning.frame import EXPERT
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


@dataclass(frozen=True, slots=True)
class Subject:
    """One household: its figures, its peers' figures by indicator code, and what the rules say of it."""

    row: Row
    peers: Mapping[str, Mapping[str, float | None]]
    expert: Expert | None


def find_counterfactual(model: Loaded, subject: Subject) -> Counterfactual:
    """
    The smallest plausible change that takes the probability below the threshold.

    Greedy: each step moves the figure that lowers the margin most to a quartile of the peers; then moves that are not
    needed are taken back, and each of the rest is moved no further than it must be. Rules that would no longer fire
    count no more.
    """
    line = model.card.threshold
    tried = _Trial(model, subject)
    probability = tried.probability({})
    if probability < line:
        return Counterfactual(True, (), probability, "概率已低于预警线，不需要任何改变。")
    moves: dict[int, float] = {}
    while len(moves) < MOST and tried.probability(moves) >= line and (step := tried.best_step(moves)) is not None:
        moves |= dict([step])
    if tried.probability(moves) >= line:
        text = (
            "在可改变的指标中，没有找到不超过5项、落在同行通常范围内、又足以使概率低于预警线的改变；"
            "主要原因在不可改变的事实。"
        )
        return Counterfactual(False, (), tried.probability(moves), text)
    for place in list(moves):
        fewer = {p: v for p, v in moves.items() if p != place}
        if tried.probability(fewer) < line:
            moves = fewer
    for place in moves:
        moves = tried.least(moves, place, line)
    told = tuple(_move(model.card.features[p], float(subject.row[p]), value) for p, value in moves.items())
    after = tried.probability(moves)
    text = f"若{'，且'.join(m.text for m in told)}，概率将由{probability:.1%}降至{after:.1%}，低于预警线{line:.1%}。"
    return Counterfactual(True, told, after, text)


class _Trial:
    """Asks the model about the household with some figures moved."""

    def __init__(self, model: Loaded, subject: Subject) -> None:
        self.model, self.subject = model, subject
        self.features = model.card.features
        self.place_of = {f.code: k for k, f in enumerate(self.features)}

    def probability(self, moves: Mapping[int, float]) -> float:
        """With the moves made."""
        return float(self.model.probabilities(OVERALL, self._moved(moves)[None, :])[0])

    def best_step(self, moves: Mapping[int, float]) -> tuple[int, float] | None:
        """The figure and the peers' quartile that lower the margin most; None where nothing lowers it."""
        tries = [step for step in self._steps() if step[0] not in moves]
        if not tries:
            return None
        matrix = np.vstack([self._moved({**moves, place: value}) for place, value in tries])
        reached = self.model.margins(OVERALL, matrix)
        best = int(np.argmin(reached))
        now = self.model.margins(OVERALL, self._moved(moves)[None, :])[0]
        return tries[best] if reached[best] < now - 1e-9 else None

    def least(self, moves: dict[int, float], place: int, line: float) -> dict[int, float]:
        """The same moves, one of them as near to the household's own figure as still suffices, by halving."""
        own, reached = float(self.subject.row[place]), moves[place]
        for _ in range(HALVINGS):
            middle = float(np.float32((own + reached) / 2))
            if self.probability({**moves, place: middle}) < line:
                reached = middle
            else:
                own = middle
        return {**moves, place: reached}

    def _steps(self) -> Iterator[tuple[int, float]]:
        for place, feature in enumerate(self.features):
            now = float(self.subject.row[place])
            if not feature.changeable or np.isnan(now):
                continue
            for mark in MARKS:
                value = self.subject.peers.get(feature.code, {}).get(mark)
                if value is not None and _may_help(feature, now, value):
                    yield place, float(np.float32(value))

    def _moved(self, moves: Mapping[int, float]) -> Row:
        row = self.subject.row.copy()
        for place, value in moves.items():
            row[place] = value
        if moves and self.subject.expert is not None:
            by_code = {self.features[place].code: value for place, value in moves.items()}
            score, by_rules = self.subject.expert.without(by_code, self.subject.peers)
            for code, value in ((EXPERT, score), ("rule_score", by_rules)):
                if code in self.place_of:
                    row[self.place_of[code]] = value
        return row


def _may_help(feature: LearnedFeature, now: float, wanted: float) -> bool:
    return wanted != now and (feature.monotone == 0 or (wanted - now) * feature.monotone < 0)


def _move(feature: LearnedFeature, value: float, wanted: float) -> Move:
    way = "降至" if wanted < value else "升至"
    unit = feature.unit
    text = f"{feature.zh}由{show(value, unit)}{way}{show(wanted, unit)}"  # type: ignore[arg-type]
    return Move(feature.code, feature.zh, round(value, 6), round(wanted, 6), text)
