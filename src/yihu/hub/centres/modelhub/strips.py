"""Reliability as a picture: what was said against what was found, drawn by the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 28, 26, 40
Z = 1.96
STEPS = (0.02, 0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """One group of cases: its place, the 95 % range of what was found, and what a reader is told of it."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    n: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on both axes."""

    x: float
    y: float
    share: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A reliability picture `WIDTH` × `HEIGHT`; the diagonal is where saying and finding agree."""

    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def build_curve(bins: Sequence[Mapping[str, Any]]) -> Curve | None:
    """
    The picture of bins {n, predicted, observed}, or None where there are none.

    Both axes run from 0 to the smallest round share that holds every point.
    """
    filled = [one for one in bins if one["n"]]
    if not filled:
        return None
    highest = max(max(one["predicted"], one["observed"]) for one in filled)
    most = next((step for step in STEPS if step >= highest), 1.0)
    largest = max(one["n"] for one in filled)
    return Curve(
        tuple(_point(one, most, largest) for one in filled),
        tuple(Tick(_x(most * k / 4, most), _y(most * k / 4, most), most * k / 4) for k in range(5)),
    )


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share seen in `n` cases (Wilson 1927)."""
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _point(one: Mapping[str, Any], most: float, largest: int) -> Point:
    low, high = wilson(one["observed"], one["n"])
    return Point(
        _x(one["predicted"], most), _y(one["observed"], most), _y(min(low, most), most), _y(min(high, most), most),
        round(2.5 + 4 * sqrt(one["n"] / largest), 1), one["n"], one["predicted"], one["observed"],
    )  # fmt: skip


def _x(share: float, most: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(share, most) / most, 1)


def _y(share: float, most: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(share, most) / most, 1)
