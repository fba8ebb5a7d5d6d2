"""
One household's figures now: the very expressions of the bulk run over its one row of facts.

Making, compiling and planning expressions takes longer than everything else, so each set of codes is prepared once a
reader; a household then costs a look at one row of each block that is needed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.backends.duck import connect, literal, parquet_source
from yihu.lens.indicators.catalogue import find_indicator
from yihu.lens.indicators.facts.against import figures

FACTS = "facts"
REGISTER = "register"
KEY = "household_id"


class OnlineFigures:
    """
    Reads single households of one snapshot. Not for several threads at once.

    :param out: the snapshot's directory; its facts/ must have been written by the same version of the code
    """

    def __init__(self, out: Path) -> None:
        self._blocks = {path: pq.read_schema(path) for path in sorted((out / FACTS).glob("*.parquet"))}
        self._register = out / FACTS / f"{REGISTER}.parquet"
        fields = {field.name: field for schema in self._blocks.values() for field in schema}
        self._facts = ibis.table(ibis.Schema.from_pyarrow(pa.schema(list(fields.values()))), name="facts")
        self._con = connect(threads=1)
        # One row is not worth what these cost on hundreds of figures.
        self._con.execute("SET disabled_optimizers = 'common_subexpressions,join_order,statistics_propagation'")
        self._statements: dict[tuple[str, ...], str] = {}

    def figures_of(self, household_id: str, codes: Sequence[str]) -> dict[str, float | None]:
        """
        The figures named by `codes`, null where one does not apply.

        :raises KeyError: no such household, or no such indicator
        """
        wanted = tuple(codes)
        rows = self._con.execute(f"EXECUTE {self._prepared(wanted)}(household := {literal(household_id)})").fetchall()
        if not rows:
            raise KeyError(household_id)
        return dict(zip(wanted, rows[0][1:], strict=True))

    def _prepared(self, codes: tuple[str, ...]) -> str:
        """The name of the statement for a set of codes: planning hundreds of figures takes a second, once."""
        if codes not in self._statements:
            name = f"figures_{len(self._statements)}"
            self._con.execute(f"PREPARE {name} AS {self._statement(codes)}")
            self._statements[codes] = name
        return self._statements[codes]

    def _statement(self, codes: tuple[str, ...]) -> str:
        sql, needed = _compile(self._facts, codes)
        parts = [f"(SELECT {KEY} FROM {_row(self._register)}) r"]
        for number, (path, schema) in enumerate(self._blocks.items()):
            if chosen := sorted((needed & set(schema.names)) - {KEY}):
                parts.append(f"LEFT JOIN (SELECT {', '.join(chosen)} FROM {_row(path)}) b{number} ON true")
        return f"WITH facts AS (SELECT * FROM {' '.join(parts)}) {sql}"


def _row(path: Path) -> str:
    return f"{parquet_source([path])} WHERE {KEY} = $household"


def _compile(facts: Any, codes: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    """SQL over a table ``facts``, and the columns it reads."""
    values: dict[str, Any] = {}
    for code in codes:
        item = find_indicator(code)
        if item is None:
            raise KeyError(code)
        values[code] = item.express(facts)
    read = {field.name for value in values.values() for field in value.op().find(ibis.expr.operations.Field)}
    return str(ibis.to_sql(figures(facts, values, KEY), dialect="duckdb")), frozenset(read)
