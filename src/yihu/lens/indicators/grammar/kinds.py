"""
How a measure's stems are divided over one window.

Every function takes the stems' sums of the window (Ibis float64 columns, null where no row fell into it) and `least`,
and gives a figure that is null where it does not apply.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import ibis

from yihu.lens.indicators.arithmetic import concentration, growth, only, positive, ratio, share

Kind = Callable[..., Any]
TEN_THOUSAND = 10_000


def _share(least: float, part: Any, whole: Any) -> Any:
    return share(part, whole, least=least)


def _ratio(least: float, part: Any, whole: Any) -> Any:
    return ratio(part, whole, least=least)


def _level(_least: float, amount: Any) -> Any:
    return amount


def _excess(_least: float, more: Any, less: Any) -> Any:
    return share(positive(positive(more) - positive(less)), more)


def _margin(_least: float, sales: Any, purchases: Any) -> Any:
    return only(purchases > 0, ratio(sales - purchases, sales))


def _rate_gap(_least: float, tax: Any, amount: Any, other_tax: Any, other_amount: Any) -> Any:
    return ratio(tax, amount) - ratio(other_tax, other_amount)


def _mean_ratio(_least: float, amount: Any, count: Any, other_amount: Any, other_count: Any) -> Any:
    return ratio(ratio(amount, count), ratio(other_amount, other_count))


def _concentration(_least: float, squares: Any, whole: Any) -> Any:
    return concentration(squares, whole)


def _entropy(_least: float, weighed: Any, whole: Any) -> Any:
    """exp(−Σ p ln p) with p = x/S is S / exp(Σ x ln x / S)."""
    return whole.nullif(0) / ratio(weighed, whole).exp()


def _dispersion(least: float, squares: Any, whole: Any, count: Any) -> Any:
    spread = ratio(count * squares, whole * whole) - 1
    return only(count > least, ibis.greatest(spread, ibis.literal(0.0)).sqrt())


def _largest(least: float, largest: Any, whole: Any, count: Any) -> Any:
    return only(count > least, share(largest, whole))


def _per_10k(_least: float, quantity: Any, amount: Any) -> Any:
    return ratio(quantity * TEN_THOUSAND, amount)


def _half_growth(_least: float, now: Any, before: Any) -> Any:
    return growth(now, before)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "share": _share,
        "ratio": _ratio,
        "level": _level,
        "excess": _excess,
        "margin": _margin,
        "rate_gap": _rate_gap,
        "mean_ratio": _mean_ratio,
        "concentration": _concentration,
        "entropy": _entropy,
        "dispersion": _dispersion,
        "largest": _largest,
        "per_10k": _per_10k,
        "half_growth": _half_growth,
    }
)
# Kinds that bring their own windows whatever they are asked over.
OWN_WINDOWS: Mapping[str, tuple[str, ...]] = MappingProxyType({"half_growth": ("half", "half_before")})
