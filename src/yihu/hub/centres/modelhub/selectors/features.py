"""The figures a model was given, those its trees ask for first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yihu.hub.centres.modelhub.choices import FeatureUse
from yihu.hub.centres.modelhub.compute import Asked
from yihu.hub.centres.modelhub.selectors.comparing import Card

OVERALL = "all"


@dataclass(frozen=True, slots=True)
class Given:
    """One figure of a card: its fields, how the ranking head asks for it (None: not), and the heads of one scheme."""

    feature: Mapping[str, Any]
    overall: Asked | None
    heads: tuple[Asked, ...]

    def is_one_of(self, use: str) -> bool:
        """Whether it is among the figures of a use; every figure is of no use in particular."""
        asked = self.overall is not None or bool(self.heads)
        return {
            FeatureUse.ASKED: asked, FeatureUse.UNASKED: not asked, FeatureUse.BOUND: bool(self.feature["monotone"]),
        }.get(FeatureUse(use), True)  # fmt: skip

    def holds(self, text: str) -> bool:
        """Whether a text stands in its name or code, whatever the case."""
        return text.lower() in f"{self.feature['zh']} {self.feature['code']}".lower()


def list_given(card: Card, asked: Mapping[str, tuple[Asked, ...]]) -> list[Given]:
    """Every figure of a card: by gain in the ranking head, then those of other heads, then the card's order."""
    found = [_given(feature, asked.get(feature["code"], ())) for feature in card["features"]]
    return sorted(found, key=lambda one: (one.overall is None, one.overall.place if one.overall else 0, not one.heads))


def count_uses(given: Iterable[Given]) -> list[tuple[str, str, int]]:
    """(use, its name, how many figures)."""
    rows = list(given)
    return [(use.value, use.label, sum(one.is_one_of(use) for one in rows)) for use in FeatureUse]


def _given(feature: Mapping[str, Any], asked: tuple[Asked, ...]) -> Given:
    overall = next((one for one in asked if one.scheme == OVERALL), None)
    return Given(feature, overall, tuple(one for one in asked if one is not overall))
