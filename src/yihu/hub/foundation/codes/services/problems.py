"""What an import says about a file, a row and a column: a stable code, a sentence, and what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from yihu.kit.findings import Severity

KEPT = 500
"""So many problems are stored with a version; the count is of all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where: file, row as the user's program counts (0 for the whole file), column, and what stood there."""

    file: str = ""
    row: int = 0
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. A fatal one refuses the whole version; a reject keeps out its row; a flag only points."""

    code: str
    severity: Severity
    message: str
    fix: str
    place: Place
    fatal: bool = False

    def as_row(self) -> dict[str, Any]:
        """Flat, for storing and showing."""
        row = asdict(self)
        return {**row.pop("place"), **row, "severity": self.severity.value}


def reject(code: str, message: str, fix: str, place: Place) -> Problem:
    return Problem(code, Severity.REJECT, message, fix, place)


def flag(code: str, message: str, fix: str, place: Place) -> Problem:
    return Problem(code, Severity.FLAG, message, fix, place)


def fatal(code: str, message: str, fix: str, place: Place) -> Problem:
    return Problem(code, Severity.REJECT, message, fix, place, fatal=True)


def rows_of(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The first problems as stored, fatal ones before all others."""
    ordered = sorted(problems, key=lambda p: not p.fatal)
    return [p.as_row() for p in ordered[:KEPT]]
