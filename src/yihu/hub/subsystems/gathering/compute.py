"""The one door from the data page to the lens: batches, rejected rows, snapshots, gathering, building."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home, HomeBusyError
from yihu.lens.ingest.batches import Batch, UnknownBatchError
from yihu.lens.ingest.batches import list_batches as list_lens_batches
from yihu.lens.ingest.checks import CHECKS
from yihu.lens.ingest.duplicates import Duplicates, read_duplicates
from yihu.lens.ingest.mapping import MappingError
from yihu.lens.ingest.rejects import export_rejects
from yihu.lens.ingest.rejects import resubmit as resubmit_rejects
from yihu.lens.ingest.run import GatherError
from yihu.lens.ingest.run import gather as gather_batch
from yihu.lens.schema import CODES, TABLES
from yihu.lens.schema.catalogue import Column
from yihu.lens.snapshots.shelf import list_snapshots as list_kept
from yihu.lens.snapshots.verify import SnapshotRefusedError

__all__ = ["UnknownBatchError"]

Progress = Callable[[str, float], None]
# What the lens refuses in words an operator can act on; anything else is a fault of the program.
REFUSALS = (GatherError, MappingError, HomeBusyError, SnapshotRefusedError, UnknownBatchError)
COUNTS = ("read", "accepted", "rejected", "duplicate")
MAPPINGS = ("*.yaml", "*.yml")
RESUBMITTED = "resubmitted"


@dataclass(frozen=True, slots=True)
class Inbox:
    """What may be gathered from the page: entries of `<home>/inbox`, and mapping files of `<home>/mappings`."""

    folder: Path
    sources: list[str]
    mappings: list[str]


def list_batches() -> list[dict[str, Any]]:
    """All batches, newest first, with their counts summed over tables."""
    return [_describe_batch(batch) for batch in reversed(list_lens_batches(Home.from_env()))]


def find_batch(batch_id: str) -> dict[str, Any] | None:
    """One batch with its tables, files and flags in Chinese."""
    batch = next((b for b in list_lens_batches(Home.from_env()) if b.id == batch_id), None)
    return None if batch is None else _describe_batch(batch)


def list_rejects(batch_id: str, table: str, limit: int) -> list[dict[str, Any]]:
    """
    The first rejected findings of one table: source_file, source_row, field, value, code, message, fix.

    :raises UnknownBatchError: no such batch, or it has no such rejects
    """
    path = _batch_file(batch_id, "rejects", table)
    rows = _rows(
        f"SELECT source_file, source_row, field, value, code, message, fix FROM read_parquet({literal(str(path))}) "
        f"ORDER BY source_file, source_row, code LIMIT {int(limit)}"
    )
    return [{**row, "field_zh": _column(table, row["field"])} for row in rows]


def count_reject_codes(batch_id: str, table: str) -> list[dict[str, Any]]:
    """
    How many rejected rows each reason made: code, message, rows; most first.

    :raises UnknownBatchError: no such batch, or it has no such rejects
    """
    path = _batch_file(batch_id, "rejects", table)
    return _rows(
        "SELECT code, any_value(message) AS message, count(DISTINCT (source_file, source_row)) AS n "
        f"FROM read_parquet({literal(str(path))}) GROUP BY code ORDER BY n DESC, code"
    )


def rejects_file(batch_id: str, table: str, kind: str) -> Path:
    """
    The rejected rows as ``csv`` or ``xlsx``, ready to be corrected and sent again.

    :raises UnknownBatchError: no such batch, or it has no such rejects
    """
    _batch_file(batch_id, "rejects", table)
    return export_rejects(Home.from_env(), batch_id, table, kind=kind)


def find_duplicates(batch_id: str, table: str) -> Duplicates:
    """
    The duplicate rows that a batch set aside.

    :raises UnknownBatchError: no such batch, or it has no such duplicates
    """
    _batch_file(batch_id, "duplicates", table)
    return read_duplicates(Home.from_env(), batch_id, table)


def describe_duplicates(found: Duplicates, limit: int | None = None) -> tuple[list[str], Iterator[list[Any]]]:
    """Titles and lines in Chinese: which row of which file repeats which, and the values they are recognised by."""
    titles = ["源文件", "行号", "与谁重复：批次", "源文件", "行号", "是否逐列相同"]
    columns = [TABLES[found.table].columns[name] for name in found.columns]
    lines = (
        [file, row, batch, first, first_row, "否（关键列相同）" if differs else "是", *map(_plain, columns, values)]
        for file, row, batch, first, first_row, differs, *values in found.rows(limit)
    )
    return [*titles, *(column.zh for column in columns)], lines


def _plain(column: Column, value: Any) -> Any:
    if column.code and value is not None:
        return CODES[column.code].get(value, value)
    return value if isinstance(value, int) else ("" if value is None else str(value))


def keep_upload(batch_id: str, name: str, pieces: Iterable[bytes]) -> str:
    """Keep a mended file under `<home>/resubmitted`, named by batch and content; the name it was given."""
    content = b"".join(pieces)
    folder = Home.from_env().root / RESUBMITTED
    folder.mkdir(parents=True, exist_ok=True)
    stored = f"{batch_id}-{hashlib.sha256(content).hexdigest()[:12]}{Path(name).suffix.lower()}"
    fresh = folder / f".{stored}.tmp"
    fresh.write_bytes(content)
    fresh.replace(folder / stored)
    return stored


def resubmit(batch_id: str, stored: str, *, by: str, now: datetime, progress: Progress) -> str:
    """
    Gather a mended file through the mapping of the batch it came from; what became of it in one sentence.

    The file goes when this is done: its rows are in the batch, and nowhere else should they lie in the clear.

    :raises REFUSALS: see `yihu.lens.ingest.rejects.resubmit`
    """
    home = Home.from_env()
    file = home.root / RESUBMITTED / Path(stored).name
    try:
        said = _say_gathered(resubmit_rejects(home, batch_id, file, by=by, now=now, progress=progress))
    except (GatherError, UnknownBatchError):
        file.unlink(missing_ok=True)
        raise
    file.unlink(missing_ok=True)
    return said


def list_snapshots() -> list[dict[str, Any]]:
    """Published snapshots, newest first; `current` marks the one that readers see."""
    home = Home.from_env()
    current = home.current.resolve().name if home.current.exists() else ""
    return [_describe_snapshot(kept.id, kept.manifest, current) for kept in reversed(list_kept(home))]


def list_inbox() -> Inbox:
    """Files and directories an operator has put into the inbox."""
    home = Home.from_env()
    folder, mappings = home.root / "inbox", home.root / "mappings"
    sources = sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")) if folder.is_dir() else []
    found = sorted(p.name for pattern in MAPPINGS for p in mappings.glob(pattern)) if mappings.is_dir() else []
    return Inbox(folder, sources, found)


def gather(source: str, mapping: str, *, by: str, now: datetime, progress: Progress) -> str:
    """
    Gather one entry of the inbox; what became of it in one sentence.

    :raises REFUSALS: see `yihu.lens.ingest.run.gather`
    """
    inbox = list_inbox()
    if source not in inbox.sources or (mapping and mapping not in inbox.mappings):
        raise GatherError(f"收件目录里没有“{source}”，或没有这个映射")
    home = Home.from_env()
    path = home.root / "mappings" / mapping if mapping else None
    return _say_gathered(gather_batch(home, inbox.folder / source, path, by=by, now=now, progress=progress))


def _say_gathered(result: dict[str, Any]) -> str:
    totals = {key: sum(table[key] for table in result["tables"].values()) for key in COUNTS}
    if result["unchanged"]:
        return f"这些文件已经采集过（{result['batch']}），没有变化"
    return (
        f"批次 {result['batch']}：读取 {totals['read']:,} 行，采纳 {totals['accepted']:,}，"
        f"退回 {totals['rejected']:,}，重复 {totals['duplicate']:,}"
    )


def build(*, now: datetime, progress: Progress) -> str:
    """
    Build and publish a snapshot unless nothing changed; what became of it in one sentence.

    :raises REFUSALS: see `yihu.lens.snapshots.build.build`
    """
    # The build brings the learning libraries: seven seconds that no page should wait for at start.
    from yihu.lens.snapshots.build import NothingToBuildError
    from yihu.lens.snapshots.build import build as build_snapshot

    try:
        made = build_snapshot(Home.from_env(), now=now, progress=progress, if_changed=True)
    except NothingToBuildError as error:
        raise GatherError(str(error)) from error
    if made.get("unchanged"):
        return f"批次与判定都没有变化，仍用快照 {made['snapshot']}"
    return f"已发布快照 {made['snapshot']}：{made['households']:,} 户，用时 {made['seconds']:.0f} 秒"


def _batch_file(batch_id: str, kind: str, table: str) -> Path:
    batch = next((b for b in list_lens_batches(Home.from_env()) if b.id == batch_id), None)
    if batch is None or table not in TABLES or not (path := batch.path / kind / f"{table}.parquet").is_file():
        raise UnknownBatchError(f"批次 {batch_id} 没有这样的行")
    return path


def _rows(sql: str) -> list[dict[str, Any]]:
    cursor = connect(threads=1).execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _column(table: str, field: str | None) -> str:
    column = TABLES[table].columns.get(field or "")
    return column.zh if column else (field or "—")


def _describe_batch(batch: Batch) -> dict[str, Any]:
    tables = [_describe_table(batch, name, counts) for name, counts in batch.manifest["tables"].items()]
    totals = {key: sum(table[key] for table in tables) for key in COUNTS}
    files = [{**entry, "table_zh": TABLES[entry["table"]].zh} for entry in batch.manifest["files"]]
    return {**batch.manifest, "id": batch.id, "tables": tables, "files": files, **totals}


def _describe_table(batch: Batch, name: str, counts: dict[str, Any]) -> dict[str, Any]:
    flags = [
        {"code": code, "zh": CHECKS[code].zh if code in CHECKS else code, "n": n}
        for code, n in counts["flagged"].items()
    ]
    return {
        **counts,
        "name": name,
        "zh": TABLES[name].zh,
        "flags": flags,
        "has_rejects": (batch.path / "rejects" / f"{name}.parquet").is_file(),
        "has_duplicates": (batch.path / "duplicates" / f"{name}.parquet").is_file(),
    }


def _describe_snapshot(snapshot_id: str, manifest: dict[str, Any], current: str) -> dict[str, Any]:
    return {
        "id": snapshot_id,
        "current": snapshot_id == current,
        "failed": [check for check in manifest["checks"] if not check["ok"]],
        "bytes": sum(entry.get("bytes", 0) for entry in manifest.get("files", {}).values()),
        **manifest,
    }
