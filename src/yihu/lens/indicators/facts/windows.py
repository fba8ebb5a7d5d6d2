"""Stems over windows of months, and the shape of their last twelve: the facts the grammar asks for."""

from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs, total
from yihu.lens.indicators.facts.pairs import YUAN
from yihu.lens.indicators.facts.sides import YEAR
from yihu.lens.indicators.facts.stems import LARGEST, SOURCES
from yihu.lens.indicators.grammar import spec
from yihu.lens.indicators.grammar.compare import fact_name, shape_name
from yihu.lens.indicators.grammar.expand import needed_shapes, needed_windows


def sums(inputs: Inputs, source: str) -> Any:
    """
    One row per household: every needed (column, window) of a source.

    Disjoint rings of months are summed first; windows are sums of rings, so no month is added twice.
    """
    wanted = needed_windows()[source]
    edges = sorted({age for _, window in wanted for age in spec.windows()[window]})
    rows = SOURCES[source](inputs)
    rows = rows.filter((rows.age >= edges[0]) & (rows.age < edges[-1]))
    ring = ibis.cases(*((rows.age < edge, number) for number, edge in enumerate(edges[1:])), else_=len(edges))
    columns = sorted({column for column, _ in wanted})
    rings = rows.mutate(ring=ring).group_by("household_id", "ring").agg(**{c: _gather(rows[c], c) for c in columns})
    return rings.group_by("household_id").agg(
        **{
            fact_name(f"{source}.{column}", window): _over(rings, column, _inside(edges, *spec.windows()[window]))
            for column, window in sorted(wanted)
        }
    )


def _inside(edges: list[int], first: int, end: int) -> tuple[int, ...]:
    return tuple(number for number, edge in enumerate(edges[:-1]) if first <= edge < end)


def _gather(column: Any, name: str) -> Any:
    return column.max() if name in LARGEST else column.sum()


def _over(rings: Any, column: str, numbers: tuple[int, ...]) -> Any:
    inside = rings.ring.isin(numbers)
    return rings[column].max(where=inside).cast("float64") if column in LARGEST else total(rings[column], inside)


def shapes(inputs: Inputs, source: str) -> Any:
    """
    One row per household: of each needed column its months' sum, sum of squares, Σ value × age, largest, and span.

    A month counts its whole yuan above zero; `span` is the number of months since the first with any, at most 12.
    """
    columns = needed_shapes()[source]
    rows = SOURCES[source](inputs)
    rows = rows.filter((rows.age >= 0) & (rows.age < 2 * YEAR))
    months = rows.group_by("household_id", "age").agg(
        **{c: ibis.greatest(rows[c].sum().fill_null(0).floor().cast("int64"), ibis.literal(0)) for c in columns}
    )
    figures: dict[str, Any] = {}
    for column in columns:
        figures |= _shape(months, f"{source}.{column}", months[column])
    return months.group_by("household_id").agg(**figures)


def _shape(months: Any, stem: str, amount: Any) -> dict[str, Any]:
    year = months.age < YEAR
    wide = amount.cast(YUAN)
    span = ibis.least(months.age.max(where=amount > 0) + 1, ibis.literal(YEAR))
    return {
        shape_name(stem, "sum"): total(amount, year),
        shape_name(stem, "squares"): (wide * wide).sum(where=year).cast(YUAN).cast("float64"),
        shape_name(stem, "moment"): total(amount * months.age, year),
        shape_name(stem, "top"): amount.max(where=year).cast("float64"),
        shape_name(stem, "span"): span.cast("float64"),
    }
