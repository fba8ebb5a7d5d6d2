"""What law or sense says of a figure; the data stand beside in sense.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Sense:
    """`monotone`: code -> direction and reason (Chinese); the rest says what a taxpayer can change."""

    monotone: Mapping[str, tuple[int, str]]
    changeable_themes: frozenset[str]
    changeable: frozenset[str]
    fixed: frozenset[str]

    def is_changeable(self, code: str, theme: str) -> bool:
        """Whether a taxpayer can change the figure by acting otherwise."""
        return code not in self.fixed and (theme in self.changeable_themes or code in self.changeable)


@cache
def load_sense() -> Sense:
    """:raises ValueError: a direction is neither 1 nor -1, or has no reason"""
    told = yaml.safe_load(files(__package__).joinpath("sense.yaml").read_text(encoding="utf-8"))
    monotone = {code: (int(way), str(reason)) for code, (way, reason) in told["monotone"].items()}
    wrong = [code for code, (way, reason) in monotone.items() if way not in (-1, 1) or not reason]
    if wrong:
        raise ValueError(f"sense.yaml: {wrong}")
    return Sense(
        monotone, frozenset(told["changeable_themes"]), frozenset(told["changeable"]), frozenset(told["fixed"])
    )  # fmt: skip
