"""Trying a version out: the outcome and why, without counting or keeping anything."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from yihu.hub.centres.rules.models import TableVersion
from yihu.hub.centres.rules.selectors.grids import Grid, grid_of
from yihu.hub.centres.rules.selectors.tables import ready
from yihu.hub.centres.rules.services.fitting import fitted
from yihu.kit.decisions import DecisionError, explain
from yihu.kit.decisions.texts import outcome_text
from yihu.kit.feel import ExpressionError


def tried(version: TableVersion, inputs: Mapping[str, Any], on: date) -> dict[str, Any]:
    """`outcome` or `refusal` in words, `hits`, and the grid with every cell marked as passed or not."""
    compiled = ready(version)
    given = fitted(compiled.table, inputs)
    try:
        found = compiled.evaluate(given, on=on)
    except DecisionError as error:
        return {"refusal": str(error), "grid": _marked(version, given, on, error.rules)}
    clauses = [compiled.table.rules[number - 1].clause for number in found.hits]
    return {
        "outcome": outcome_text(compiled.table, found.outputs, found.value),
        "defaulted": found.defaulted,
        "hits": found.hits,
        "clauses": list(dict.fromkeys(clause for clause in clauses if clause)),
        "grid": _marked(version, given, on, found.hits),
    }


def _marked(version: TableVersion, given: Mapping[str, Any], on: date, hits: tuple[int, ...]) -> Grid:
    compiled, grid = ready(version), grid_of(version)
    try:
        values = [column.expression.evaluate(given) for column in compiled.table.inputs]
        passed = explain(compiled, given, values)
    except ExpressionError:
        return grid
    rows = [
        replace(
            row,
            cells=tuple(replace(cell, passes=passes is True) for cell, passes in zip(row.cells, passing, strict=True)),
            hit=row.number in hits,
            validity=row.validity if rule.in_force(on) else f"{row.validity}（当天无效）",
        )
        for row, rule, passing in zip(grid.rows, compiled.table.rules, passed, strict=True)
    ]
    return replace(grid, rows=tuple(rows))
