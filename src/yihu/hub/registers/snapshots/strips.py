"""Peers' distributions as small pictures: where the household stands between the 5th and the 95th percentile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 200
MARGIN = 8
# What the overview shows, in this order, as far as it applies; the rest follows by strength of deviation.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Strip:
    """
    Horizontal positions in a picture `WIDTH` wide.

    `beyond` is -1 or 1 when the household's mark stands outside the picture's scale.
    """

    low: float
    quarter: float
    middle: float
    three_quarters: float
    high: float
    mark: float
    beyond: int

    @property
    def box(self) -> float:
        """Width of the middle half."""
        return round(max(self.three_quarters - self.quarter, 1.0), 1)


def build_strip(item: Mapping[str, Any]) -> Strip | None:
    """
    The strip of one indicator (value, p05 … p95), or None where it does not apply or there are no peers.

    The scale runs from p05 to p95, widened by half its span towards a value outside it.
    """
    points = [item.get(key) for key in ("p05", "p25", "p50", "p75", "p95")]
    value = item.get("value")
    if value is None or any(point is None for point in points):
        return None
    low, high = float(points[0]), float(points[-1])
    span = (high - low) or abs(high) or 1.0
    start = low - span / 2 if value < low else low
    stop = high + span / 2 if value > high else high
    # A share of the scale first: a span too small to be divided into the width would give no place at all.
    extent, width = (stop - start) or 1.0, WIDTH - 2 * MARGIN
    places = [round(MARGIN + (float(p) - start) / extent * width, 1) for p in points]
    mark = round(MARGIN + (min(max(float(value), start), stop) - start) / extent * width, 1)
    beyond = (value > stop) - (value < start)
    return Strip(*places, mark=mark, beyond=beyond)


def strangeness(item: Mapping[str, Any]) -> float:
    """How far outside its peers' middle half a value stands, in widths of that half; 0 inside it."""
    value, low, high = item.get("value"), item.get("p25"), item.get("p75")
    if value is None or low is None or high is None:
        return 0.0
    width = (high - low) or abs(high) or 1.0
    return max(low - value, value - high, 0.0) / width


def choose_figures(indicators: Sequence[Mapping[str, Any]], pointed_at: Sequence[str]) -> list[dict[str, Any]]:
    """
    Twelve figures for the overview, each with its strip.

    First those the risk reasons speak of, then the strangest against the peers; all have a value and peers.
    """
    order = {code: place for place, code in enumerate(dict.fromkeys(pointed_at))}
    drawn = [{**item, "strip": strip} for item in indicators if (strip := build_strip(item)) is not None]
    drawn.sort(key=lambda i: (order.get(i["code"], len(order)), -min(strangeness(i), 1e6)))
    return drawn[:SHOWN]
