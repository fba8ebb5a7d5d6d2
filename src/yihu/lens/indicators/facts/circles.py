"""Partners over the windows the grammar asks for: ``buyers_<column>_in_<window>`` and ``suppliers_…``."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs, tally, total
from yihu.lens.indicators.facts.pairs import FAR_KM, SQUARE, YOUNG_DAYS, YUAN, judged_pairs
from yihu.lens.indicators.grammar.compare import fact_name
from yihu.lens.indicators.grammar.expand import needed_windows
from yihu.lens.indicators.grammar.spec import windows

# Judged pairs -> which of them; never null.
TRAITS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "abnormal": lambda r: r.abnormal.fill_null(False),
        "closed": lambda r: r.closed.fill_null(False),
        "young": lambda r: ((r.age_days >= 0) & (r.age_days < YOUNG_DAYS)).fill_null(False),
        "far": lambda r: (r.km >= FAR_KM).fill_null(False),
        "unregistered": lambda r: ~r.registered.fill_null(False),
        "small": lambda r: r.small.fill_null(False),
        "related": lambda r: r.related,
        "gone": lambda r: r.gone.fill_null(False),
    }
)


def circles(inputs: Inputs, side: str) -> Any:
    """One row per household: every needed (column, window) of its partners on a side; pairs net above zero count."""
    wanted = sorted(needed_windows()[side])
    rows = judged_pairs(inputs, side)
    rows = rows.mutate(**{f"is_{name}": mark(rows) for name, mark in TRAITS.items()})
    facts = {fact_name(f"{side}.{column}", window): _fact(rows, column, window) for column, window in wanted}
    return rows.group_by("household_id").agg(**facts)


def _fact(rows: Any, column: str, window: str) -> Any:
    amount, traded = rows[f"amount_{window}"], rows[f"amount_{window}"] > 0
    trait, _, what = column.rpartition("_")
    if trait in TRAITS:
        chosen = traded & rows[f"is_{trait}"]
        return tally(rows, chosen) if what == "count" else total(amount, chosen)
    return WEIGHTS[column](rows, amount, traded, window)


def _squares(_rows: Any, amount: Any, traded: Any, _window: str) -> Any:
    whole = amount.floor().cast(YUAN)
    return (whole * whole).sum(where=traded).cast(SQUARE).cast("float64")


def _entropy(_rows: Any, amount: Any, traded: Any, _window: str) -> Any:
    """Σ x ln x of whole yuan, each rounded to an integer so that the sum does not depend on its order."""
    yuan = ibis.greatest(amount.floor().cast("float64"), ibis.literal(1.0))
    return total((yuan * yuan.ln()).round().cast("int64"), traded)


def _new(rows: Any, amount: Any, traded: Any, window: str) -> Any:
    """Of partners first met in the window; null while the household itself is as new."""
    _, end = windows()[window]
    known_before = rows.newness.max() >= end
    fresh = total(amount, traded & (rows.newness < end)).fill_null(0)
    return ibis.ifelse(known_before, fresh, ibis.null("float64"))


Weight = Callable[[Any, Any, Any, str], Any]
WEIGHTS: Mapping[str, Weight] = MappingProxyType(
    {
        "amount": lambda _r, amount, traded, _w: total(amount, traded),
        "count": lambda rows, _a, traded, _w: tally(rows, traded),
        "whole": lambda _r, amount, traded, _w: total(amount.floor().cast("int64"), traded),
        "squares": _squares,
        "entropy": _entropy,
        "top": lambda _r, amount, traded, _w: amount.max(where=traded).cast("float64"),
        "once_count": lambda rows, _a, traded, w: tally(rows, traded & (rows[f"invoices_{w}"] == 1)),
        "new_amount": _new,
        "lost_amount": lambda rows, amount, traded, _w: total(amount, traded & (rows.amount_year <= 0)),
    }
)
