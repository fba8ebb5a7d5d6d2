"""
Batches: what was gathered, once visible never changed.

A batch is a directory `batches/<id>` with manifest.json, `<table>/*.parquet` (accepted rows), and `<table>.parquet`
in each of `flags/`, `rejects/`, `duplicates/` and `superseded/`. Ids sort by arrival. A record that comes again with
other content is a new version: both rows stay where they are, the newer batch lists the older row in `superseded/`,
and `latest` leaves it out.
"""

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import connect, literal, parquet_source
from yihu.lens.home import Home
from yihu.lens.ingest.checks import CHECKS
from yihu.lens.ingest.plan import ORIGIN_FILE, ORIGIN_TABLE

MANIFEST = "manifest.json"
REJECT_COLUMNS = {
    ORIGIN_FILE: "source_file",
    ORIGIN_TABLE: "",
    "退回_行号": "source_row",
    "退回_字段": "field",
    "退回_原值": "value",
    "退回_代码": "code",
    "退回_原因": "message",
    "退回_改法": "fix",
}


class UnknownBatchError(LookupError):
    """There is no such batch, or it has no such rejects."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One published batch; `manifest` is its manifest.json."""

    id: str
    manifest: dict[str, Any]
    path: Path


def list_batches(home: Home) -> list[Batch]:
    """All published batches in order of arrival."""
    if not home.batches.is_dir():
        return []
    paths = sorted(p for p in home.batches.iterdir() if (p / MANIFEST).is_file())
    return [Batch(p.name, json.loads((p / MANIFEST).read_text(encoding="utf-8")), p) for p in paths]


def table_files(home: Home, table: str, batches: Sequence[str] | None = None) -> list[Path]:
    """The parquet files of accepted rows of one table, by batch and name; `batches` restricts to ids."""
    return _files(home, batches, f"{table}/*.parquet")


def superseded_files(home: Home, table: str) -> list[Path]:
    """The lists (batch_id, source_file, source_row) of rows that a later version replaced."""
    return _files(home, None, f"superseded/{table}.parquet")


def _files(home: Home, batches: Sequence[str] | None, pattern: str) -> list[Path]:
    chosen = [b for b in list_batches(home) if batches is None or b.id in batches]
    return [path for batch in chosen for path in sorted(batch.path.glob(pattern))]


def latest(con: Any, home: Home, table: str) -> str:
    """
    SQL of the accepted rows that no later version replaced; an anti-join only where something was replaced.

    `con` is asked whether anything was. A version's key is (invoice_code, invoice_number, seller_number, buyer_number)
    for invoices, the table's key otherwise; sources whose mapping declares `duplicate_key` never replace rows.

    :raises UnknownBatchError: no batch has this table
    """
    files, replaced = table_files(home, table), superseded_files(home, table)
    if not files:
        raise UnknownBatchError(f"还没有采集过 {table}")
    rows = f"select * from {parquet_source(files)}"
    if not replaced or not con.execute(f"select count(*) from {parquet_source(replaced)}").fetchone()[0]:
        return rows
    gone = f"(select distinct * from {parquet_source(replaced)})"
    return f"{rows} r anti join {gone} s using (batch_id, source_file, source_row)"


def export_rejects(home: Home, batch: str, table: str) -> Path:
    """
    Write the rejected rows of one table as CSV, a line a row: where, why, how to mend it, the original cells.

    Corrected in place, the file can be gathered with the same mapping: its first columns say whose rows they are.

    :returns: the CSV, beside the batch's rejects
    :raises UnknownBatchError: no such batch or no rejects
    """
    source = home.batches / batch / "rejects" / f"{table}.parquet"
    if not (home.batches / batch / MANIFEST).is_file() or not source.is_file():
        raise UnknownBatchError(f"批次 {batch} 没有 {table} 的退回行")
    rows = connect().execute(
        f"select source_file, source_row, string_agg(coalesce(field, ''), '；' order by code, field), "
        "string_agg(coalesce(value, ''), '；' order by code, field), string_agg(code, '；' order by code, field), "
        "string_agg(message, '；' order by code, field), string_agg(fix, '；' order by code, field), "
        "any_value(original) "
        f"from read_parquet({literal(str(source))}) group by 1, 2 order by 1, 2"
    )
    found = rows.fetchall()
    originals = [json.loads(row[-1]) for row in found]
    names = list(dict.fromkeys(name for original in originals for name in original))
    target = source.with_suffix(".csv")
    fresh = target.with_suffix(f".{os.getpid()}.tmp")
    with fresh.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([*REJECT_COLUMNS, *names])
        for row, original in zip(found, originals, strict=True):
            writer.writerow([row[0], table, *row[1:-1], *(original.get(name) for name in names)])
    fresh.replace(target)
    return target


def message_cases(code: str) -> str:
    """SQL that gives each code its (message, fix) as columns, for the rows of a rejects file."""
    said = " ".join(f"when {literal(c)} then {literal(check.zh)}" for c, check in CHECKS.items())
    fixes = " ".join(f"when {literal(c)} then {literal(check.fix)}" for c, check in CHECKS.items())
    return f"case {code} {said} end as message, case {code} {fixes} end as fix"
