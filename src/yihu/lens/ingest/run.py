"""Gather: read, check and publish everything below a directory as one batch, or nothing at all."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from yihu.lens.backends.duck import connect
from yihu.lens.home import Home, publish_directory
from yihu.lens.ingest.batches import MAPPING_COPY, Batch, list_batches
from yihu.lens.ingest.mapping import load_mapping
from yihu.lens.ingest.plan import Plan, grouped, make_plan, mapping_digest
from yihu.lens.ingest.publish import assemble_table, file_entries, sum_tables, write_manifest
from yihu.lens.ingest.stage import Staged, stage_each
from yihu.lens.schema.catalogue import TABLES

Progress = Callable[[str, float], None]
CHINA = ZoneInfo("Asia/Shanghai")
STAGED_SHARE = 0.8


class GatherError(RuntimeError):
    """Nothing was gathered; `args[0]` says why in Chinese."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One gathering: `work` survives a kill, so that finished units are not redone."""

    home: Home
    plan: Plan
    batch_id: str
    work: Path
    now: datetime
    progress: Progress
    mapping: Path | None


def gather(
    home: Home, source: Path, mapping: Path | None, *, by: str, now: datetime, progress: Progress
) -> dict[str, Any]:
    """
    Gather `source` (a directory or one file) with a mapping file, or in the canonical layout without one.

    Killed at any moment, the next call with the same input continues; files gathered before are not read again.

    :param by: who gathers; `now`: when (naive times are Chinese time)
    :returns: {"batch", "tables": {table: {read, accepted, rejected, duplicate, flagged}}, "files", "refused",
        "ignored", "unchanged"}; `batch` is empty where every file was refused
    :raises GatherError: nothing to read, or the disk is full
    :raises yihu.lens.ingest.mapping.MappingError: the mapping cannot be used
    :raises yihu.lens.home.HomeBusyError: another gathering is running
    """
    if not source.exists():
        raise GatherError(f"没有这个目录或文件：{source}")
    understood = load_mapping(mapping) if mapping is not None else None
    with home.writing("data"):
        progress("登记来源文件", 0.0)
        plan = make_plan(source, understood)
        if not plan.units:
            raise GatherError(f"{source} 中没有可以采集的文件" + _hint(mapping))
        batches = list_batches(home)
        old, fresh = _known(plan, batches)
        if not fresh.units:
            return _unchanged(plan, old)
        batch_id = _batch_id(fresh, batches)
        head = {
            "id": batch_id,
            "gathered_at": now.isoformat(timespec="seconds"),
            "by": by,
            "source": source.name,
            "mapping": {"name": mapping.name if mapping else "", "sha256": mapping_digest(understood)},
        }
        job = _Job(home, fresh, batch_id, _work(home, batch_id, fresh), _chinese_time(now), progress, mapping)
        try:
            return _publish(job, _stage_all(job), old, head)
        except (OSError, duckdb.IOException) as error:
            shutil.rmtree(job.work, ignore_errors=True)
            raise GatherError(
                f"写入失败，可能是磁盘已满；没有留下半个批次。腾出空间后请再试一次。（{error}）"
            ) from error


def _chinese_time(now: datetime) -> datetime:
    """`now` without zone as Chinese clocks show it, for comparing with dates in sources."""
    return now.astimezone(CHINA).replace(tzinfo=None) if now.tzinfo is not None else now


def _hint(mapping: Path | None) -> str:
    if mapping is not None:
        return f"（没有文件名与映射 {mapping.name} 的 files 相符）"
    return f"（没有映射时，文件或子目录应以表名命名：{'、'.join(TABLES)}）"


def _known(plan: Plan, batches: Sequence[Batch]) -> tuple[dict[str, Batch], Plan]:
    """Units that an earlier batch has read (identity -> its batch), and the plan of the others."""
    seen = {entry["unit"]: batch for batch in batches for entry in batch.manifest["files"]}
    old = {u.identity: seen[u.identity] for u in plan.units if u.identity in seen}
    return old, Plan(grouped([u for u in plan.units if u.identity not in seen]), plan.ignored)


def _old_entries(old: dict[str, Batch]) -> list[dict[str, Any]]:
    """What the files gathered before amount to now: every row a duplicate."""
    held = [e for identity, batch in old.items() for e in batch.manifest["files"] if e["unit"] == identity]
    return [{**e, "accepted": 0, "rejected": 0, "duplicate": e["read"], "flagged": {}} for e in held]


def _unchanged(plan: Plan, old: dict[str, Batch], refused: Sequence[Any] = ()) -> dict[str, Any]:
    entries = _old_entries(old)
    said = [r for batch in {b.id: b for b in old.values()}.values() for r in batch.manifest["refused"]]
    return {
        "batch": max((batch.id for batch in old.values()), default=""),
        "unchanged": bool(old),
        "tables": sum_tables(entries),
        "files": entries,
        "refused": list({(r["file"], r["code"]): r for r in [*said, *refused]}.values()),
        "ignored": plan.ignored,
    }


def _batch_id(plan: Plan, batches: Sequence[Batch]) -> str:
    number = max((int(batch.id[1:7]) for batch in batches), default=0) + 1
    return f"B{number:06d}-{plan.content()[:8]}"


def _work(home: Home, batch_id: str, plan: Plan) -> Path:
    """
    The folder in which this very gathering is staged; what others left unfinished is removed.

    It stands beside the sweepable staging area because finished units in it are worth keeping after a kill.
    """
    root = home.root / ".gathering"
    home.root.mkdir(parents=True, exist_ok=True)
    root.mkdir(mode=0o700, exist_ok=True)
    own = root / f"{batch_id}-{plan.content()[:32]}"
    for other in root.iterdir() if root.is_dir() else ():
        if other != own:
            shutil.rmtree(other, ignore_errors=True)
    own.mkdir(parents=True, exist_ok=True)
    return own


def _stage_all(job: _Job) -> list[Staged]:
    total = sum(f.bytes for u in job.plan.units for f in u.files) or 1
    done, staged = 0, []
    for number, unit in enumerate(job.plan.units):
        job.progress(f"读取并检查 {unit.files[0].name} → {TABLES[unit.source.table].zh}", STAGED_SHARE * done / total)
        staged += stage_each(unit, job.work / f"unit-{number:05d}", job.batch_id, job.now)
        done += sum(f.bytes for f in unit.files)
    return staged


def _publish(job: _Job, staged: list[Staged], old: dict[str, Batch], head: dict[str, Any]) -> dict[str, Any]:
    refused = [r for s in staged for r in s.counts["refused"]]
    if not file_entries(staged):
        shutil.rmtree(job.work)
        return _unchanged(job.plan, old, refused)
    out = job.work / "batch"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    con = connect(spill=job.work / "spill")
    tables = list(dict.fromkeys(u.source.table for u in job.plan.units))
    for number, table in enumerate(tables):
        job.progress(f"比对重复与版本：{TABLES[table].zh}", STAGED_SHARE + (1 - STAGED_SHARE) * number / len(tables))
        own = [s for s in staged if s.unit.source.table == table]
        assemble_table(con, job.home, table, own, out)
    con.close()
    entries = file_entries(staged)
    result = {
        "tables": sum_tables(entries),
        "files": entries,
        "refused": refused,
        "ignored": job.plan.ignored,
    }
    if job.mapping is not None:
        shutil.copyfile(job.mapping, out / MAPPING_COPY)
    write_manifest(out, head | result)
    publish_directory(out, job.home.batches / job.batch_id, owner_only=True)
    shutil.rmtree(job.work, ignore_errors=True)
    job.progress("完成", 1.0)
    every = [*entries, *_old_entries(old)]
    return {"batch": job.batch_id, "unchanged": False, **result, "tables": sum_tables(every), "files": every}
