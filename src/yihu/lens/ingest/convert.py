"""
The SQL that turns a source's own columns into canonical ones and names every cell that cannot be turned.

Layers, each read once: *given* (source cells, `g_`), *stripped* (`s_`: text without blanks at its ends,
rewritten by the mapping, empty as null), *typed* (canonical names), and what
follows from them (`w_`, derived columns). Cells are tried by TRY_CAST, so nothing here
can fail.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from yihu.lens.ingest.cells import Cell, Problem
from yihu.lens.ingest.checks import RefusedFileError, row_rules
from yihu.lens.ingest.mapping import ColumnRule, Source, nearest
from yihu.lens.ingest.readers import FILE, Raw
from yihu.lens.ingest.text import ROW
from yihu.lens.schema.catalogue import TABLES, Column

DERIVED: Mapping[tuple[str, str], str] = {
    ("invoices", "total_amount"): "try_cast(amount + tax_amount as DECIMAL(18,2))",
    ("invoices", "colour_code"): "case when amount < 0 then 'RED' when amount is not null then 'BLUE' end",
    ("invoices", "status_code"): "case when invoice_number is not null then 'VALID' end",
}
"""Columns that follow from others where the source supplies none; a listed invoice without status is valid."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """`typed` is FROM-able SQL of all canonical columns beside the earlier layers; `problems` are tested upon it."""

    table: str
    typed: str
    problems: tuple[Problem, ...]


def any_of(predicates: Iterable[str]) -> str:
    """SQL disjunction that is false rather than null."""
    terms = [f"coalesce({p}, false)" for p in predicates]
    return " or ".join(terms) or "false"


def convert(raw: Raw, source: Source, now: datetime) -> Conversion:
    """
    Plan the conversion of `raw` for the table of `source`.

    :raises RefusedFileError: the mapping names a column that the file has not
    """
    table = TABLES[source.table]
    rules = resolve_rules(raw, source)
    given, stripped, typed, after, problems = [], [], [], [], []
    for column in table.columns.values():
        rule = rules.get(column.name)
        cell = Cell(column, rule, _native(raw, rule))
        given.append(cell.given())
        stripped.append(cell.stripped())
        if rule is not None or (table.name, column.name) not in DERIVED:
            typed.append(f"{cell.typed()} as {column.name}")
        after += cell.judged() if rule is not None else []
        problems += cell.problems() if rule is not None else []
    after += [f"{sql} as {c}" for (t, c), sql in DERIVED.items() if t == table.name and c not in rules]
    place = f"{FILE}, {ROW}"
    sql = f"(select {place}, {', '.join(given)} from {raw.sql})"
    sql = f"(select *, {', '.join(stripped)} from {sql})"
    sql = f"(select *, {', '.join(typed)} from {sql})"
    sql = f"(select *, {', '.join(after)} from {sql})" if after else sql
    problems += [_required(c) for c in table.columns.values() if c.required]
    for code, field, where in row_rules(table.name, frozenset(rules), now):
        problems.append(Problem(code, field, where, f"cast({field} as VARCHAR)"))
    return Conversion(table.name, sql, tuple(problems))


def resolve_rules(raw: Raw, source: Source) -> dict[str, ColumnRule]:
    """
    Canonical column -> rule whose `source` is spelled as the file spells it.

    :raises RefusedFileError: a column that the mapping names, or without mapping a required one, is absent
    """
    spelled = {name.strip(): name for name in raw.columns}
    table = TABLES[source.table]
    if source.columns is None:
        rules = {c: ColumnRule(source=spelled[c]) for c in table.columns if c in spelled}
        lacking = [c.name for c in table.columns.values() if c.required and c.name not in rules]
        absent = [c for c in lacking if (table.name, c) not in DERIVED]
        if absent:
            raise RefusedFileError("COLUMN_MISSING", f"表 {table.name} 的必填列 {'、'.join(absent)}")
        return rules
    rules = {}
    for name, rule in source.columns.items():
        if rule.source is not None and rule.source.strip() not in spelled:
            hint = nearest(rule.source, list(spelled))
            raise RefusedFileError("COLUMN_MISSING", f"“{rule.source}”（映射到 {name}）{hint}")
        found = None if rule.source is None else spelled[rule.source.strip()]
        rules[name] = rule.model_copy(update={"source": found})
    return rules


def _native(raw: Raw, rule: ColumnRule | None) -> str:
    return "VARCHAR" if rule is None or rule.source is None else raw.columns[rule.source]


def _required(column: Column) -> Problem:
    given = f"cast(g_{column.name} as VARCHAR)"
    return Problem("REQUIRED_MISSING", column.name, f"{column.name} is null and s_{column.name} is null", given)
