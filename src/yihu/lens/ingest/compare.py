"""Rows against one another and earlier batches: duplicates, reused numbers, versions, red without blue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from yihu.lens.backends.duck import literal, parquet_source
from yihu.lens.ingest.stage import Staged
from yihu.lens.schema.catalogue import TABLES

INVOICE_VERSION_KEY = ("invoice_code", "invoice_number", "seller_number", "buyer_number")
DIGITAL_NUMBER_LENGTH = 20
REUSE_KEY = (
    "hash(invoice_number, coalesce(invoice_code, ''), case when invoice_code is null and "
    f"length(invoice_number) <> {DIGITAL_NUMBER_LENGTH} then seller_number else '' end)"
)
"""What ought to be one invoice: code and number; a bare short number is only unique within its seller."""

PLACE = "source_file, source_row"


@dataclass(slots=True)
class Comparison:
    """
    Temporary tables of one canonical table's findings, each by (source_file, source_row).

    `duplicates` (… first_batch_id, first_file, first_row, differs), `flags` (… code, field, value) and `superseded`
    (batch_id, …) are names of DuckDB tables. `pieces` is FROM-able SQL of all staged rows, `unit` first.
    """

    table: str
    pieces: str
    duplicates: str = field(init=False)
    flags: str = field(init=False)
    superseded: str = field(init=False)

    def __post_init__(self) -> None:
        self.duplicates = f"duplicates_{self.table}"
        self.flags = f"flags_{self.table}"
        self.superseded = f"superseded_{self.table}"

    def fresh(self) -> str:
        """FROM-able SQL of the staged rows that are no duplicates."""
        return f"(select * from {self.pieces} p anti join {self.duplicates} d using ({PLACE}))"


def version_key(table: str) -> tuple[str, ...]:
    """Columns whose equality makes a later row a new version of an earlier one."""
    return INVOICE_VERSION_KEY if table == "invoices" else TABLES[table].key


def compare(con: Any, table: str, staged: Sequence[Staged], before: str | None) -> Comparison:
    """Find what `staged` units of `table` mean to one another and to the rows gathered `before` (FROM-able SQL)."""
    selects = [
        f"select {number} as unit, {str(not s.unit.source.duplicate_key).lower()} as versioned, * "
        f"from {parquet_source(list(pieces))}"
        for number, s in enumerate(staged)
        if (pieces := s.pieces().values())
    ]
    result = Comparison(table, f"({' union all '.join(selects)})")
    con.execute(
        f"create or replace temp table {result.duplicates} (source_file VARCHAR, source_row BIGINT, "
        "first_batch_id VARCHAR, first_file VARCHAR, first_row BIGINT, differs BOOLEAN)"
    )
    con.execute(
        f"create or replace temp table {result.flags} "
        "(source_file VARCHAR, source_row BIGINT, code VARCHAR, field VARCHAR, value VARCHAR)"
    )
    con.execute(
        f"create or replace temp table {result.superseded} (batch_id VARCHAR, source_file VARCHAR, source_row BIGINT)"
    )
    for s in staged:
        if s.unit.source.duplicate_key and s.pieces():
            _same_declared_key(con, result, s)
    _same_content(con, result)
    if before is not None:
        _same_as_before(con, result, before)
    _versions(con, result, before)
    if table == "invoices":
        _reused_numbers(con, result, before)
        _red_without_blue(con, result, before)
    return result


def _same_declared_key(con: Any, result: Comparison, staged: Staged) -> None:
    """Rows of one source that agree in the mapping's duplicate_key: the first is kept."""
    pieces = parquet_source(list(staged.pieces().values()))
    key = ", ".join(staged.unit.source.duplicate_key)
    hashed = f"hash({key})"
    con.execute(
        f"insert into {result.duplicates} select {PLACE}, batch_id, first_file, first_row, row_key <> first_key "
        f"from (select {PLACE}, batch_id, row_key, first_value(source_file) over w as first_file, "
        "first_value(source_row) over w as first_row, first_value(row_key) over w as first_key, "
        f"row_number() over w as ordinal from {pieces} where {hashed} in "
        f"(select h from (select {hashed} as h from {pieces}) group by h having count(*) > 1) "
        f"window w as (partition by {key} order by {PLACE})) where ordinal > 1"
    )
    con.execute(
        f"insert into {result.flags} select {PLACE}, 'DUPLICATE_DIFFERS', null, "
        f"first_file || ' 第 ' || first_row || ' 行' from {result.duplicates} d "
        f"where differs and source_file in ({', '.join(literal(f.name) for f in staged.unit.files)})"
    )


def _same_content(con: Any, result: Comparison) -> None:
    """Rows of this gathering that agree in every canonical column: the first is kept."""
    key = ", ".join(("row_key", *TABLES[result.table].key))
    con.execute(
        f"insert into {result.duplicates} select {PLACE}, batch_id, first_file, first_row, false "
        f"from (select {PLACE}, batch_id, first_value(source_file) over w as first_file, "
        "first_value(source_row) over w as first_row, row_number() over w as ordinal "
        f"from {result.fresh()} where row_key in "
        f"(select row_key from {result.pieces} group by row_key having count(*) > 1) "
        f"window w as (partition by {key} order by unit, {PLACE})) where ordinal > 1"
    )


def _same_as_before(con: Any, result: Comparison, before: str) -> None:
    """Rows that an earlier batch has already accepted."""
    same = " and ".join(f"b.{c} is not distinct from p.{c}" for c in TABLES[result.table].key)
    con.execute(
        f"insert into {result.duplicates} select p.source_file, p.source_row, min(b.batch_id), "
        "arg_min(b.source_file, b.batch_id), arg_min(b.source_row, b.batch_id), false "
        f"from {before} b join {result.fresh()} p on b.row_key = p.row_key and {same} group by all"
    )


def _versions(con: Any, result: Comparison, before: str | None) -> None:
    """Later rows with the key of earlier ones supersede them, within this gathering and before it."""
    key = ", ".join(version_key(result.table))
    hashed = f"hash({key})"
    fresh = f"(select *, {hashed} as h from {result.fresh()} where versioned)"
    con.execute(
        f"insert into {result.superseded} select batch_id, {PLACE} from ("
        f"select batch_id, {PLACE}, row_number() over (partition by {key} order by unit desc, source_file desc, "
        f"source_row desc) as back from {fresh} where h in "
        f"(select h from (select h from {fresh}) group by h having count(*) > 1)) where back > 1"
    )
    if before is None:
        return
    same = " and ".join(f"b.{c} is not distinct from p.{c}" for c in version_key(result.table))
    con.execute(
        f"create or replace temp table newer as select p.source_file, p.source_row, b.batch_id as old_batch, "
        f"b.source_file as old_file, b.source_row as old_row from {before} b join {fresh} p "
        f"on hash({', '.join(f'b.{c}' for c in version_key(result.table))}) = p.h and {same}"
    )
    con.execute(f"insert into {result.superseded} select distinct old_batch, old_file, old_row from newer")
    con.execute(
        f"insert into {result.flags} select {PLACE}, 'NEW_VERSION', null, max(old_batch) from newer group by all"
    )


def _reused_numbers(con: Any, result: Comparison, before: str | None) -> None:
    """One invoice number with different content, here or between here and an earlier batch."""
    others = f" union all select {REUSE_KEY} as h from {before}" if before else ""
    known = f"select {PLACE} from {result.flags} where code = 'NEW_VERSION'"
    con.execute(
        f"insert into {result.flags} select {PLACE}, 'NUMBER_REUSED', 'invoice_number', invoice_number "
        f"from {result.fresh()} where {REUSE_KEY} in (select h from "
        f"(select {REUSE_KEY} as h from {result.fresh()}{others}) group by h having count(*) > 1) "
        f"and (source_file, source_row) not in ({known})"
    )


def _red_without_blue(con: Any, result: Comparison, before: str | None) -> None:
    """Red invoices whose named blue invoice was never gathered."""
    others = f" union all select invoice_number from {before}" if before else ""
    con.execute(
        f"insert into {result.flags} select {PLACE}, 'RED_WITHOUT_BLUE', 'blue_invoice_number', "
        f"blue_invoice_number from {result.fresh()} r where colour_code = 'RED' and blue_invoice_number is not null "
        f"and not exists (select 1 from (select invoice_number as number from {result.pieces}{others}) b "
        "where b.number = r.blue_invoice_number)"
    )
