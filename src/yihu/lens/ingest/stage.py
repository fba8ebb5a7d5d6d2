"""One unit of work, staged: accepted rows by month, every problem found, the rejected rows as they came."""

import csv
import json
import os
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.backends.duck import connect, literal, parquet_source, write_parquet
from yihu.lens.home import sync_directory
from yihu.lens.ingest.checks import REJECTING, RefusedFileError
from yihu.lens.ingest.convert import Conversion, any_of, convert
from yihu.lens.ingest.parsing import SQL_TYPES
from yihu.lens.ingest.plan import ORIGIN_FILE, ORIGIN_TABLE, Unit
from yihu.lens.ingest.readers import FILE, Raw, open_raw, quoted
from yihu.lens.ingest.text import ROW
from yihu.lens.schema.catalogue import TABLES

DONE = "done.json"
WHOLE = "all"
UNDATED = "0000-00"


@dataclass(frozen=True, slots=True)
class Staged:
    """A finished unit: its folder and what `done.json` says of it."""

    unit: Unit
    folder: Path
    counts: dict[str, Any]

    def pieces(self) -> dict[str, Path]:
        """Month (or `WHOLE`) -> parquet of accepted rows."""
        return {p.stem: p for p in sorted(self.folder.glob("pieces/*.parquet"))}


def stage_unit(unit: Unit, folder: Path, batch_id: str, now: datetime) -> Staged:
    """
    Read, check and convert one unit into `folder`; a unit already finished there is taken as it is.

    :raises OSError: the disk is full or broken
    """
    done = folder / DONE
    if done.exists():
        return Staged(unit, folder, json.loads(done.read_text(encoding="utf-8")))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    con = connect(spill=folder / "spill")  # one a unit, as a broken file may leave a connection unusable
    try:
        counts = _stage(con, unit, folder, batch_id, now)
    except RefusedFileError as error:
        counts = {"refused": [_refusal(unit.files[0].name, error)], "files": {}}
    except duckdb.OutOfMemoryException as error:
        refused = RefusedFileError("FILE_TOO_LARGE", str(error).splitlines()[0][:200])
        counts = {"refused": [_refusal(unit.files[0].name, refused)], "files": {}}
    con.close()
    shutil.rmtree(folder / "spill", ignore_errors=True)
    (folder / "raw.parquet").unlink(missing_ok=True)
    _write_whole(done, json.dumps(counts, ensure_ascii=False))
    return Staged(unit, folder, counts)


def stage_each(unit: Unit, folder: Path, batch_id: str, now: datetime) -> list[Staged]:
    """Stage a unit; where a group fails as a whole, each of its files by itself, so that the good ones go on."""
    whole = stage_unit(unit, folder, batch_id, now)
    if len(unit.files) == 1 or whole.counts["files"] or whole.pieces():
        return [whole]
    return [
        stage_unit(single, folder / f"file-{number:05d}", batch_id, now) for number, single in enumerate(unit.singly())
    ]


def _stage(con: Any, unit: Unit, folder: Path, batch_id: str, now: datetime) -> dict[str, Any]:
    # A sheet of rejected rows is the first of its own workbook, whatever the source called its sheet.
    sheet = unit.source.sheet if unit.origin is None else None
    raw = open_raw(con, unit.files, unit.source.table, sheet, folder, unit.source.elements)
    if unit.origin is not None:
        raw = _only_origin(raw, unit)
    plan = convert(raw, unit.source, now)
    try:
        problems = _find_problems(con, raw, plan, folder)
        _write_rejects(con, raw, problems, folder)
        _write_pieces(con, plan, problems, folder, batch_id)
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:  # conversion cannot fail, so it is the file: broken pages raise almost anything
        raise RefusedFileError("FILE_BROKEN", str(error).splitlines()[0][:200]) from error
    return _count(con, raw, problems)


def _only_origin(raw: Raw, unit: Unit) -> Raw:
    where = f'"{ORIGIN_FILE}" = {literal(unit.origin or "")} and "{ORIGIN_TABLE}" = {literal(unit.source.table)}'
    return replace(raw, sql=f"(select * from {raw.sql} where {where})")


def _find_problems(con: Any, raw: Raw, plan: Conversion, folder: Path) -> str:
    """
    Write problems.parquet (FILE, ROW, code, field, value), one row each; return it as FROM-able SQL.

    The test is a column, not a filter: a filter would be pushed down and convert every cell again for each check.
    """
    cases = ", ".join(
        f"case when {p.where} then {{'code': {literal(p.code)}, 'field': {literal(p.field)}, "
        f"'value': left({p.given}, 500)}} end"
        for p in plan.problems
    )
    found = f"list_filter([{cases}], lambda x: x is not null)"
    sql = (
        f"select {FILE}, {ROW}, unnest(case when bad then {found} end) as p "
        f"from (select *, {any_of(q.where for q in plan.problems)} as bad from {plan.typed})"
    )
    path = folder / "problems.parquet"
    write_parquet(con, f"select {FILE}, {ROW}, p.code, p.field, p.value from ({sql}) order by all", path)
    return f"read_parquet({literal(str(path))})"


def _codes(codes: frozenset[str]) -> str:
    return ", ".join(literal(c) for c in sorted(codes))


def _write_rejects(con: Any, raw: Raw, problems: str, folder: Path) -> None:
    """rejects.parquet: source_file, source_row, code, field, value, original (JSON of the row as it came)."""
    cells = ", ".join(f"{literal(n)}: cast({quoted(n)} as VARCHAR)" for n in raw.columns)
    sql = (
        f"select p.{FILE} as source_file, p.{ROW} as source_row, p.code, p.field, p.value, o.original "
        f"from {problems} p join (select {FILE}, {ROW}, cast(to_json({{{cells}}}) as VARCHAR) as original "
        f"from {raw.sql}) o on o.{FILE} = p.{FILE} and o.{ROW} = p.{ROW} where p.code in ({_codes(REJECTING)})"
    )
    if raw.broken:
        sql += f" union all select * from read_parquet({literal(str(_write_broken(raw, folder)))})"
    write_parquet(con, f"select * from ({sql}) order by all", folder / "rejects.parquet")


def _write_broken(raw: Raw, folder: Path) -> Path:
    path = folder / "broken.parquet"
    rows = [(raw.name, row, "LINE_BROKEN", None, text, _as_cells(raw, text)) for row, text in raw.broken]
    names = ("source_file", "source_row", "code", "field", "value", "original")
    types = (pa.string(), pa.int64(), pa.string(), pa.string(), pa.string(), pa.string())
    columns = [pa.array(c, t) for c, t in zip(zip(*rows, strict=True), types, strict=True)]
    pq.write_table(pa.Table.from_arrays(columns, names=names), path)
    return path


def _as_cells(raw: Raw, line: str) -> str:
    """A broken line's cells under the header as far as they go, so that the exported row can be mended in place."""
    cells = next(csv.reader([line], delimiter=raw.delimiter), [])
    return json.dumps(dict(zip(raw.columns, cells, strict=False)), ensure_ascii=False)


def _write_pieces(con: Any, plan: Conversion, problems: str, folder: Path, batch_id: str) -> None:
    table = TABLES[plan.table]
    names = list(table.columns)
    texts = ", ".join(f"coalesce(cast({n} as VARCHAR), chr(30))" for n in names)
    columns = ", ".join(f"cast({n} as {SQL_TYPES[c.type]}) as {n}" for n, c in table.columns.items())
    sql = (
        f"select {columns}, {literal(batch_id)} as batch_id, cast({FILE} as VARCHAR) as source_file, "
        f"cast({ROW} as BIGINT) as source_row, md5_number_lower(concat_ws(chr(31), {texts})) as row_key "
        f"from {plan.typed} anti join (select {FILE}, {ROW} from {problems} where code in ({_codes(REJECTING)})) "
        f"using ({FILE}, {ROW})"
    )
    target = folder / "pieces"
    target.mkdir()
    if plan.table != "invoices":
        write_parquet(con, sql, target / f"{WHOLE}.parquet")
        return
    months = f"select *, coalesce(strftime(issued_at, '%Y-%m'), '{UNDATED}') as piece_month from ({sql})"
    parts = folder / "months"
    con.execute(
        f"COPY ({months}) TO {literal(str(parts))} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (piece_month))"
    )
    for part in sorted(parts.glob("piece_month=*")):
        held = sorted(part.glob("*.parquet"))
        piece = target / f"{part.name.removeprefix('piece_month=')}.parquet"
        if len(held) == 1:
            held[0].rename(piece)
        else:
            write_parquet(con, f"select * exclude (piece_month) from {parquet_source(held)}", piece)
    shutil.rmtree(parts, ignore_errors=True)


def _count(con: Any, raw: Raw, problems: str) -> dict[str, Any]:
    files: dict[str, dict[str, Any]] = {raw.name: _none()} if raw.broken else {}
    for name, rows in con.execute(f"select {FILE}, count(*) from {raw.sql} group by all").fetchall():
        files[name] = {**_none(), "read": rows}
    rejecting = _codes(REJECTING)
    query = f"select {FILE}, count(distinct {ROW}) from {problems} where code in ({rejecting}) group by all"
    for name, rows in con.execute(query).fetchall():
        files[name]["rejected"] = rows
    query = f"select {FILE}, code, count(distinct {ROW}) from {problems} where code not in ({rejecting}) group by all"
    for name, code, rows in con.execute(query).fetchall():
        files[name]["flagged"][code] = rows
    for _ in raw.broken:
        files[raw.name]["read"] += 1
        files[raw.name]["rejected"] += 1
    refused = [_refusal(file.name, error) for file, error in raw.refused]
    return {"files": files, "encoding": raw.encoding, "refused": refused}


def _none() -> dict[str, Any]:
    return {"read": 0, "rejected": 0, "flagged": {}}


def _refusal(name: str, error: RefusedFileError) -> dict[str, str]:
    found = error.finding
    return {"file": name, "code": found.code, "message": found.message, "fix": found.fix}


def _write_whole(path: Path, text: str) -> None:
    """Write a file that is either absent or complete, even after power loss."""
    fresh = path.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)
    sync_directory(path.parent)
