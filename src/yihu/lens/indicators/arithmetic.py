"""Division that knows when a figure does not apply."""

from functools import reduce
from operator import add
from typing import Any

import ibis


def ratio(part: Any, whole: Any, *, least: float = 0) -> Any:
    """`part` / `whole`; null unless `whole` is above `least` (a sample too small to speak, or nothing to divide)."""
    return ibis.ifelse(whole > least, part, ibis.null("float64")) / whole.nullif(0)


def share(part: Any, whole: Any, *, least: float = 0) -> Any:
    """The same where no part at all means none: 0, not null."""
    return ratio(part.fill_null(0), whole, least=least)


def growth(now: Any, before: Any) -> Any:
    """Relative change of amounts, at least -1; null without a base."""
    return ratio(positive(now), before) - 1


def positive(value: Any) -> Any:
    """What is above zero of a value; nothing when it is missing."""
    return ibis.greatest(value.fill_null(0), ibis.literal(0.0))


def concentration(squares: Any, whole: Any) -> Any:
    """Herfindahl index Σ(part²)/(Σ part)², in (0, 1]."""
    return ratio(squares, whole * whole)


def count_of(column: Any, known: Any) -> Any:
    """A number that is 0 when nothing was found, null when the household is not `known` to that source."""
    return ibis.ifelse(known, column.fill_null(0), ibis.null("float64"))


def only(applies: Any, value: Any) -> Any:
    """`value` where it applies, else null."""
    return ibis.ifelse(applies, value, ibis.null("float64"))


def plus(*columns: Any) -> Any:
    """A sum in which what is missing counts nothing."""
    return reduce(add, (column.fill_null(0) for column in columns))
