"""One door to every file format: a FROM-able DuckDB expression with the file's columns and row numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.backends.duck import literal
from yihu.lens.ingest.checks import RefusedFileError
from yihu.lens.ingest.einvoice import HEAD_PATHS, LINE_TAGS, read_einvoice
from yihu.lens.ingest.text import ROW, StagedText, stage_text
from yihu.lens.ingest.workbook import stage_workbook

FILE = "__file"
TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
PARQUET_SUFFIXES = frozenset({".parquet", ".pq"})
XML_SUFFIXES = frozenset({".xml"})
NO_TEXT = StagedText("", ",", [])
XML_COLUMNS = {
    "invoices": [*HEAD_PATHS, "kind_code", "colour_code", "status_code", "goods_code", "goods_name"],
    "invoice_lines": ["invoice_number", "line_no", *LINE_TAGS],
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as found: `name` is its path below the gathered directory."""

    path: Path
    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Raw:
    """
    Rows as the file has them: `sql` yields `FILE`, `ROW` and `columns` (name -> DuckDB type).

    `name` is the (first) file. `broken` are lines left out: (row, text). `refused` are members of a group that
    could not be read.
    """

    name: str
    sql: str
    columns: dict[str, str]
    encoding: str = ""
    delimiter: str = ","
    broken: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[SourceFile, RefusedFileError]] = field(default_factory=list)


def open_raw(
    con: Any,
    files: Sequence[SourceFile],
    table: str,
    sheet: str | None,
    work: Path,
    elements: Mapping[str, str] | None = None,
) -> Raw:
    """
    Open a file, or a group of XML invoices; whatever needs converting first is staged in `work`.

    `sheet` is of workbooks, `elements` (column -> where it is written) of XML invoices.

    :raises RefusedFileError: nothing of it can be read
    """
    path, suffix = files[0].path, files[0].path.suffix.lower()
    staged = work / "raw.parquet"
    if suffix in XML_SUFFIXES:
        return _open_invoices(con, files, table, staged, elements or {})
    if suffix in TEXT_SUFFIXES:
        return _raw(con, staged, files[0].name, stage_text(path, staged))
    if suffix in WORKBOOK_SUFFIXES:
        stage_workbook(path, staged, sheet)
        return _raw(con, staged, files[0].name)
    if suffix in PARQUET_SUFFIXES:
        return _open_parquet(con, files)
    raise RefusedFileError("FORMAT_UNKNOWN", suffix or path.name)


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _columns(con: Any, sql: str) -> dict[str, str]:
    try:
        rows = con.execute(f"describe select * from {sql}").fetchall()
    except duckdb.Error as error:
        raise RefusedFileError("FILE_BROKEN", str(error).splitlines()[0][:200]) from error
    return {row[0]: row[1] for row in rows}


def _raw(con: Any, staged: Path, name: str, text: StagedText = NO_TEXT) -> Raw:
    sql = f"(select {literal(name)} as {FILE}, * from read_parquet({literal(str(staged))}))"
    columns = {n: t for n, t in _columns(con, sql).items() if n not in (FILE, ROW)}
    return Raw(name, sql, columns, text.encoding, text.delimiter, text.broken)


def _open_parquet(con: Any, files: Sequence[SourceFile]) -> Raw:
    """Files of one schema."""
    columns = _columns(con, f"read_parquet({literal(str(files[0].path))})")
    names = ", ".join(quoted(name) for name in columns)
    selects = [
        f"select {literal(file.name)} as {FILE}, file_row_number + 1 as {ROW}, {names} "
        f"from read_parquet({literal(str(file.path))}, file_row_number = true)"
        for file in files
    ]
    return Raw(files[0].name, f"({' union all '.join(selects)})", columns)


def _open_invoices(con: Any, files: Sequence[SourceFile], table: str, staged: Path, elements: Mapping[str, str]) -> Raw:
    if table not in XML_COLUMNS:
        raise RefusedFileError("FORMAT_UNKNOWN", f"XML 只能给出发票，不能给出 {table}")
    names = list(dict.fromkeys([*XML_COLUMNS[table], *elements]))
    refused, held = [], []
    for file in files:
        try:
            rows = read_einvoice(file.path, elements)[table]
        except RefusedFileError as error:
            refused.append((file, error))
            continue
        held += [row | {FILE: file.name, ROW: number} for number, row in enumerate(rows, 1)]
    schema = pa.schema([*[(name, pa.string()) for name in (*names, FILE)], (ROW, pa.int64())])
    pq.write_table(pa.Table.from_pylist(held, schema=schema), staged)
    sql = f"read_parquet({literal(str(staged))})"
    raw = Raw(files[0].name, sql, dict.fromkeys(names, "VARCHAR"), refused=refused)
    if len(refused) == len(files) == 1:
        raise refused[0][1]
    return raw
