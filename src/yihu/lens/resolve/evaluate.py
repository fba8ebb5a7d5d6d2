"""How well a resolution agrees with the truth, pair by pair."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PairScore:
    """Pairs of records held to be one (`found`), truly one (`real`) and both (`right`)."""

    right: int
    found: int
    real: int

    @property
    def precision(self) -> float:
        """Share of found pairs that are real; 1 when none is found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of real pairs that are found; 1 when none is real."""
        return self.right / self.real if self.real else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def as_dict(self) -> dict[str, float]:
        """Figures for the scoreboard, rounded to six digits."""
        figures = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {k: round(v, 6) for k, v in figures.items()} | {
            "right": self.right, "found": self.found, "real": self.real
        }  # fmt: skip


def score_pairs_against(found: Mapping[str, str], truth: Mapping[str, str]) -> PairScore:
    """
    Compare two groupings of the records of `truth`.

    :param found: record → group found; records that are missing stand alone
    :param truth: record → true group
    """
    held = {record: found.get(record, f"\0{record}") for record in truth}
    return PairScore(
        right=_pairs(Counter((held[r], truth[r]) for r in truth)),
        found=_pairs(Counter(held.values())),
        real=_pairs(Counter(truth.values())),
    )


def _pairs(sizes: "Counter[object]") -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())
