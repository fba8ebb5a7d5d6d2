"""Put staged units together into one batch directory, ready to be renamed into view."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal, parquet_source, write_parquet
from yihu.lens.home import Home
from yihu.lens.ingest.batches import MANIFEST, latest, message_cases, table_files
from yihu.lens.ingest.checks import REJECTING
from yihu.lens.ingest.compare import PLACE, Comparison, compare
from yihu.lens.ingest.stage import Staged
from yihu.lens.schema.catalogue import TABLES

Counts = dict[str, Any]
LINEAGE = ("batch_id", "source_file", "source_row", "row_key")


def assemble_table(con: Any, home: Home, table: str, staged: Sequence[Staged], out: Path) -> None:
    """Write accepted rows, flags, rejects, duplicates and superseded of one table; count them into `staged`."""
    if any(s.pieces() for s in staged):
        earlier = f"({latest(con, home, table)})" if table_files(home, table) else None
        comparison = compare(con, table, staged, earlier)
        _write_accepted(con, comparison, staged, out)
        _write_flags(con, comparison, staged, out)
        _write_duplicates(con, comparison, out)
        _write_all(
            con,
            f"select * from {comparison.superseded} order by all",
            out / "superseded" / f"{table}.parquet",
        )
        _count(con, comparison, staged)
    rejects = [p for s in staged if (p := s.folder / "rejects.parquet").exists()]
    if rejects:
        sql = (
            f"select source_file, source_row, code, field, value, {message_cases('code')}, original "
            f"from {parquet_source(rejects)} order by {PLACE}, code, field"
        )
        _write_all(con, sql, out / "rejects" / f"{table}.parquet")


def _write_all(con: Any, sql: str, path: Path) -> None:
    """Write a file unless it would be empty."""
    if con.execute(f"select count(*) from ({sql} limit 1)").fetchone()[0]:
        write_parquet(con, sql, path)


def _write_accepted(con: Any, comparison: Comparison, staged: Sequence[Staged], out: Path) -> None:
    """One file a month; a month that came in one piece without duplicates is linked, not copied."""
    months: dict[str, list[Path]] = {}
    for s in staged:
        for month, path in s.pieces().items():
            months.setdefault(month, []).append(path)
    names = ", ".join((*TABLES[comparison.table].columns, *LINEAGE))
    for month, pieces in sorted(months.items()):
        target = out / comparison.table / f"{month}.parquet"
        source = parquet_source(pieces)
        again = f"from {source} semi join {comparison.duplicates} using ({PLACE})"
        spoilt = con.execute(f"select count(*) {again}").fetchone()[0]
        if len(pieces) == 1 and not spoilt:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(pieces[0], target)
            continue
        kept = f"from {source} anti join {comparison.duplicates} using ({PLACE})" if spoilt else f"from {source}"
        write_parquet(con, f"select {names} {kept}", target)


def _write_flags(con: Any, comparison: Comparison, staged: Sequence[Staged], out: Path) -> None:
    problems = parquet_source([s.folder / "problems.parquet" for s in staged if s.pieces()])
    rejecting = ", ".join(literal(c) for c in sorted(REJECTING))
    con.execute(
        "create or replace temp table every_flag as select __file as source_file, __row as source_row, code, field, "
        f"value from {problems} where code not in ({rejecting}) union all select * from {comparison.flags}"
    )
    sql = (
        f"select {PLACE}, row_key, code, field, value from every_flag join "
        f"(select {PLACE}, row_key from {comparison.fresh()}) using ({PLACE}) order by all"
    )
    if con.execute("select count(*) from every_flag").fetchone()[0]:
        write_parquet(con, sql, out / "flags" / f"{comparison.table}.parquet")


def _write_duplicates(con: Any, comparison: Comparison, out: Path) -> None:
    names = ", ".join((*TABLES[comparison.table].columns, *LINEAGE))
    sql = (
        f"select {names}, first_batch_id, first_file as first_source_file, first_row as first_source_row, differs "
        f"from {comparison.pieces} join {comparison.duplicates} using ({PLACE}) order by {PLACE}"
    )
    if con.execute(f"select count(*) from {comparison.duplicates}").fetchone()[0]:
        write_parquet(con, sql, out / "duplicates" / f"{comparison.table}.parquet")


def _count(con: Any, comparison: Comparison, staged: Sequence[Staged]) -> None:
    """Add the duplicates and the flags that needs other rows to the counts of each file."""
    doubles = dict(con.execute(f"select source_file, count(*) from {comparison.duplicates} group by all").fetchall())
    flags = con.execute(
        f"select source_file, code, count(distinct source_row) from {comparison.flags} group by all"
    ).fetchall()
    for s in staged:
        for name, counts in s.counts["files"].items():
            counts["duplicate"] = doubles.get(name, 0)
            for file, code, rows in flags:
                if file == name:
                    counts["flagged"][code] = counts["flagged"].get(code, 0) + rows


def file_entries(staged: Sequence[Staged]) -> list[Counts]:
    """Manifest entries, one a (file, table), with what became of its rows."""
    entries = []
    for s in staged:
        refused = {r["file"] for r in s.counts["refused"]}
        for unit in (u for u in s.unit.singly() if u.files[0].name not in refused):
            file = unit.files[0]
            counts = s.counts["files"].get(file.name, {})
            read, rejected = counts.get("read", 0), counts.get("rejected", 0)
            duplicate = counts.get("duplicate", 0)
            entries.append(
                {
                    "file": file.name,
                    "unit": unit.identity,
                    "table": s.unit.source.table,
                    "sha256": file.sha256,
                    "bytes": file.bytes,
                    "encoding": s.counts.get("encoding", ""),
                    "read": read,
                    "accepted": read - rejected - duplicate,
                    "rejected": rejected,
                    "duplicate": duplicate,
                    "flagged": dict(sorted(counts.get("flagged", {}).items())),
                    **({} if unit.origin is None else {"origin": unit.origin}),
                }
            )
    return entries


def sum_tables(entries: Sequence[Counts]) -> dict[str, Counts]:
    """Counts by table, in the order of the catalogue."""
    sums: dict[str, Counts] = {}
    for table in TABLES:
        own = [e for e in entries if e["table"] == table]
        if own:
            sums[table] = {key: sum(e[key] for e in own) for key in ("read", "accepted", "rejected", "duplicate")}
            flagged: Counter[str] = Counter()
            for entry in own:
                flagged.update(entry["flagged"])
            sums[table]["flagged"] = dict(sorted(flagged.items()))
    return sums


def write_manifest(out: Path, manifest: Counts) -> None:
    """Write manifest.json, the last file of a batch."""
    (out / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
