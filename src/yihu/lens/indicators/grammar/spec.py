"""The declared measures and comparisons, read from the tables that stand beside this file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from yihu.lens.indicators.theme import Direction, Unit


@dataclass(frozen=True, slots=True)
class Measure:
    """
    What is measured: `kind` divides the stems `of` (each ``source.column``) over any window.

    `subject` is the noun phrase of the officer's sentence, `by` the codes of the comparisons that make sense.
    """

    code: str
    theme: str
    zh: str
    subject: str
    formula: str
    kind: str
    of: tuple[str, ...]
    by: tuple[str, ...]
    unit: Unit
    direction: Direction
    law: str
    tables: tuple[str, ...]
    least: float = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a measure is looked at: `how` over `windows`; unit, direction and theme are the measure's unless given."""

    code: str
    how: str
    windows: tuple[str, ...]
    months: int
    zh: str
    sentence: str
    formula: str
    unit: Unit | None = None
    direction: Direction | None = None
    theme: str = ""


def _read(name: str) -> Any:
    return yaml.safe_load(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@cache
def windows() -> Mapping[str, tuple[int, int]]:
    """Window -> first age and the age after its last, in months."""
    return MappingProxyType({name: (first, end) for name, (first, end) in _read("comparisons.yaml")["windows"].items()})


@cache
def measures() -> Mapping[str, Measure]:
    """Measures by code, in the order of the table."""
    rows = {code: _tuples(body) for code, body in _read("measures.yaml").items()}
    return MappingProxyType({code: Measure(code=code, **body) for code, body in rows.items()})


@cache
def comparisons() -> Mapping[str, Comparison]:
    """Comparisons by code."""
    rows = {code: _tuples(body) for code, body in _read("comparisons.yaml")["comparisons"].items()}
    return MappingProxyType({code: Comparison(code=code, **body) for code, body in rows.items()})


def pairs() -> list[tuple[Measure, Comparison]]:
    """Every measure with every comparison that is declared for it."""
    return [(measure, comparisons()[code]) for measure in measures().values() for code in measure.by]


def _tuples(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
