"""The room's entry: read the batches of a home, resolve, write the snapshot's tables."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import splink

from yihu.lens import schema
from yihu.lens.backends.duck import connect, write_parquet
from yihu.lens.home import Home, digest_files, publish_directory
from yihu.lens.ingest.batches import table_files
from yihu.lens.resolve import journal
from yihu.lens.resolve.journal import MACHINE, Judgement, Kind
from yihu.lens.resolve.resolution import Resolution, resolve_tables

KEPT, SUMMARY = "resolved", "resolution.json"
INPUTS = ("registrations", "registration_changes", "persons", "roles")
SORTED_BY = {"members": "registration_id", "person_members": "person_id", "pairs": "left_id, right_id"}


def write_resolution(
    home: Home,
    out: Path,
    *,
    backend: str = "duckdb",
    progress: Callable[[str, float], None] = lambda stage, done: None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """
    Resolve all batches and write members, person_members, pairs (parquet) and resolution.json into `out`.

    The machine's own judgements that are new, and those it no longer makes, are appended to its journal at `now`; the
    files in `out` do not depend on the time. What was written is kept and given again while the registers, people's
    judgements and this room's code are the same: a day of invoices changes none of them.

    :returns: what resolution.json holds
    """
    progress("读取登记信息", 0.0)
    kept = home.partials / f"{KEPT}-{_key(home, backend)}"
    if not kept.exists():
        _resolve(home, out, backend, progress, now or datetime.now(UTC))
        _keep(home, out, kept)
    else:
        # Copied, not linked: the household room completes these files in place.
        shutil.copytree(kept, out, dirs_exist_ok=True)
    progress("归并完成", 1.0)
    summary: dict[str, Any] = json.loads((out / SUMMARY).read_text("utf-8"))
    return summary


def _resolve(home: Home, out: Path, backend: str, progress: Callable[[str, float], None], now: datetime) -> None:
    tables = {name: read_table(table_files(home, name)) for name in INPUTS}
    judgements = journal.read(home)
    found = resolve_tables(*(tables[n] for n in INPUTS), judgements=judgements, backend=backend, progress=progress)
    write_tables(found, out)
    text = json.dumps(describe(found), ensure_ascii=False, indent=1, sort_keys=True)
    (out / SUMMARY).write_text(text, encoding="utf-8")
    record_machine(home, found, now)


def _key(home: Home, backend: str) -> str:
    rooms = (Path(__file__).parent, Path(schema.__file__).parent)
    code = sorted(p for room in rooms for p in room.iterdir() if p.suffix in {".py", ".yaml"})
    files = [path for name in INPUTS for path in table_files(home, name)]
    said = "\n".join(repr(judgement) for judgement in journal.read(home))
    versions = f"{backend} {duckdb.__version__} {splink.__version__} {len(files)} {said}"
    return hashlib.sha256(versions.encode() + digest_files([*code, *files])).hexdigest()[:16]


def _keep(home: Home, out: Path, target: Path) -> None:
    """Keep what was written, in place of what an earlier state of the registers gave."""
    staged = home.new_staging()
    try:
        for name in (*(f"{table}.parquet" for table in SORTED_BY), SUMMARY):
            shutil.copy(out / name, staged / name)
        publish_directory(staged, target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    for earlier in home.partials.glob(f"{KEPT}-*"):
        if earlier != target:
            shutil.rmtree(earlier, ignore_errors=True)


def read_table(paths: Iterable[Path]) -> pa.Table | None:
    """All rows of a canonical table's files; None when it was never gathered."""
    parts = [pq.read_table(path, partitioning=None) for path in paths]
    return pa.concat_tables(parts) if parts else None


def write_tables(found: Resolution, out: Path) -> None:
    """Write the three tables, sorted, the same bytes for the same rows."""
    out.mkdir(parents=True, exist_ok=True)
    pairs = found.pairs.rename_columns(["left_id", "right_id", *found.pairs.column_names[2:]])
    con = connect()
    for name, table in (("members", found.members), ("person_members", found.person_members), ("pairs", pairs)):
        con.register(f"resolved_{name}", table)
        write_parquet(con, f"SELECT * FROM resolved_{name} ORDER BY {SORTED_BY[name]}", out / f"{name}.parquet")
    con.close()


def describe(found: Resolution) -> dict[str, Any]:
    """Counts, the key values too common to be looked at, and references in the journal that name nothing."""
    dropped = {kind: [asdict(d) for d in drops] for kind, drops in found.dropped.items()}
    return {**found.counts, "blocks_dropped": dropped, "unresolved_references": list(found.unresolved)}


def record_machine(home: Home, found: Resolution, now: datetime) -> None:
    """Append the machine's new ties, and retractions of those it no longer holds."""
    standing = {(j.left, j.right): j for j in journal.in_force(journal.read(home, source=MACHINE))}
    ties = {(t.left, t.right): t for t in found.machine.ties}
    at = now.isoformat(timespec="microseconds")
    fresh = [
        Judgement(
            id=f"M{len(standing)}-{left}-{right}-{at}", kind=Kind.SAME, left=left, right=right, by="machine",
            reason="自动比对", recorded_at=at, weight=tie.weight, evidence=tuple(json.loads(tie.evidence)),
        )
        for (left, right), tie in sorted(ties.items())
        if (left, right) not in standing
    ]  # fmt: skip
    gone = [
        Judgement(
            id=f"R-{j.id}-{at}", kind=Kind.RETRACT, left=j.left, right=j.right, by="machine",
            reason="依据已变，不再成立", recorded_at=at, target=j.id,
        )
        for pair, j in sorted(standing.items())
        if pair not in ties
    ]  # fmt: skip
    journal.append(home, [*fresh, *gone], source=MACHINE)
