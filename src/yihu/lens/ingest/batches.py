"""
Batches: what was gathered, once visible never changed.

A batch is a directory `batches/<id>` with manifest.json, mapping.yaml (where it was gathered by one),
`<table>/*.parquet` (accepted rows), and `<table>.parquet` in each of `flags/`, `rejects/`, `duplicates/` and
`superseded/`. Ids sort by arrival. A record that comes again with other content is a new version: both rows stay where
they are, the newer batch lists the older row in `superseded/`, and `latest` leaves it out.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal, parquet_source
from yihu.lens.home import Home
from yihu.lens.ingest.checks import CHECKS

MANIFEST = "manifest.json"
MAPPING_COPY = "mapping.yaml"
"""The mapping a batch was gathered by, as it was then; absent where there was none."""


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


def message_cases(code: str) -> str:
    """SQL that gives each code its (message, fix) as columns, for the rows of a rejects file."""
    said = " ".join(f"when {literal(c)} then {literal(check.zh)}" for c, check in CHECKS.items())
    fixes = " ".join(f"when {literal(c)} then {literal(check.fix)}" for c, check in CHECKS.items())
    return f"case {code} {said} end as message, case {code} {fixes} end as fix"
