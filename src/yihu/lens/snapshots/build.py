"""One build: batches → resolve → household → indicators → network → risk → scores → verify → publish."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yihu
from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.household.conservation import conservation
from yihu.lens.household.run import write_household
from yihu.lens.indicators.run import write_indicators
from yihu.lens.ingest.batches import list_batches, table_files
from yihu.lens.learning.in_force import read_in_force
from yihu.lens.learning.scoring import SCORES, SHADOW, write_scores
from yihu.lens.network.run import write_network
from yihu.lens.resolve import journal
from yihu.lens.resolve.run import write_resolution
from yihu.lens.risk.run import write_risk
from yihu.lens.snapshots import shelf
from yihu.lens.snapshots.past import home_at
from yihu.lens.snapshots.verify import SnapshotRefusedError, verify
from yihu.lens.vault import key_name, vault_key

Progress = Callable[[str, float], None]
MANIFEST = "manifest.json"
SCORING = "模型评分"


class NothingToBuildError(LookupError):
    """No batch has been gathered yet."""


def build(
    home: Home,
    *,
    now: datetime,
    progress: Progress,
    backend: str = "duckdb",
    keep: int = 5,
    if_changed: bool = False,
    as_of: date | None = None,
) -> dict[str, Any]:
    """
    Build a snapshot from all batches and publish it; readers keep the old one until the switch.

    With `as_of` the snapshot is of that past day, from nothing that was dated later; it is put beside the others under
    a name of its own and readers keep the present one. Where nothing but the models in force changed, the tables of the
    published snapshot are taken over as they are and only scored anew.

    :param backend: ``duckdb`` or ``spark`` for the heavy steps
    :param keep: snapshots left on the shelf afterwards
    :param if_changed: return the current snapshot when it was made from the same inputs
    :param as_of: the last day whose rows are known; before the first invoice there is nothing to rank
    :raises NothingToBuildError: no batches
    :raises SnapshotRefusedError: a check failed; nothing was published
    :raises HomeBusyError: another process is gathering or building
    """
    with home.writing("data"):
        inputs = describe_inputs(home)
        if not inputs["batches"]:
            raise NothingToBuildError("还没有采集任何批次：请先运行 yihu gather")
        if as_of is not None:
            # A past day is not scored: the model in force was taught by what came after it.
            inputs = _without_models(inputs) | {"as_of": as_of.isoformat()}
        if (if_changed or as_of) and (same := _same(home, inputs, as_of)) is not None:
            return {**same, "unchanged": True}
        started = time.monotonic()
        staged = home.staging / "build"
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        source = home if as_of is None else home_at(home, as_of, home.staging / "past")
        if as_of is not None and not table_files(source, "invoices"):
            raise NothingToBuildError(f"{as_of} 及以前没有任何发票，无法构建那一天的快照")
        told = _score_anew(home, inputs, staged, progress) if as_of is None else None
        if told is None:
            timings, results = _run_steps(source, None if as_of else home, staged, backend, progress)
            checks = _check(source, staged, progress)
        else:
            timings, results, checks = told
        manifest = _manifest(home, staged, inputs, now, checks, time.monotonic() - started)
        manifest |= {"timings": timings, "steps": results}
        (staged / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
        _put_away(home, staged, manifest, keep, as_of)
        shelf.drop_unveiled(home)
        progress("已发布", 1.0)
        return manifest


def _put_away(home: Home, staged: Path, manifest: dict[str, Any], keep: int, as_of: date | None) -> None:
    if as_of is not None:
        shutil.rmtree(home.staging / "past", ignore_errors=True)
        shelf.publish_past(home, staged, manifest["snapshot"])
        return
    shelf.publish(home, staged, manifest["snapshot"])
    shelf.prune(home, keep)


def describe_inputs(home: Home) -> dict[str, Any]:
    """What a snapshot is a function of: batches, journal position, code, the key of its tokens, the models in force."""
    models = read_in_force(home)
    in_force = {"models": [models.champion, models.challenger]} if models.champion or models.challenger else {}
    return {
        "batches": [b.id for b in list_batches(home)],
        "journal_position": len(journal.read(home)),
        "code_version": yihu.__version__,
        "vault_key": key_name(vault_key(home)),
        **in_force,
    }


def _fingerprint(inputs: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _same(home: Home, inputs: dict[str, Any], as_of: date | None) -> dict[str, Any] | None:
    """The manifest of the snapshot already made from these inputs: the current one, or one of that past day."""
    if as_of is not None:
        past = (kept.manifest for kept in shelf.list_past(home))
        return next((m for m in past if m["created_from"] == inputs), None)
    try:
        kept = shelf.current_snapshot(home)
    except shelf.NoSnapshotError:
        return None
    return kept.manifest if kept.manifest["created_from"] == inputs else None


def _score_anew(
    home: Home, inputs: dict[str, Any], out: Path, progress: Progress
) -> tuple[dict[str, float], dict[str, object], list[dict[str, Any]]] | None:
    """
    The published snapshot's tables linked into `out` and scored by the models now in force.

    :returns: timings, results of the steps, checks; None where it was made from other inputs, from the same models too,
        or is not as it was published: then everything is made
    """
    try:
        kept = shelf.current_snapshot(home)
    except shelf.NoSnapshotError:
        return None
    before = kept.manifest["created_from"]
    if before == inputs or _without_models(before) != _without_models(inputs):
        return None
    found = shelf.digest_tables(kept.path)
    if {name: one for name, one in found.items() if name != MANIFEST} != kept.manifest["files"]:
        return None
    own = shutil.ignore_patterns(MANIFEST, SCORES, SHADOW)
    shutil.copytree(kept.path, out, dirs_exist_ok=True, ignore=own, copy_function=os.link)
    begun = time.monotonic()
    scored = write_scores(home, out, progress=lambda stage, done: progress(f"{SCORING} · {stage}", done))
    return (
        {SCORING: round(time.monotonic() - begun, 3)},
        kept.manifest["steps"] | {SCORING: scored},
        kept.manifest["checks"],
    )


def _without_models(inputs: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name != "models"}


def _run_steps(
    home: Home, models: Home | None, out: Path, backend: str, progress: Progress
) -> tuple[dict[str, float], dict[str, object]]:
    steps: list[tuple[str, Callable[[Progress], object]]] = [
        ("主体归并", lambda p: write_resolution(home, out, backend=backend, progress=p)),
        ("一户式归集", lambda p: write_household(home, out, backend=backend, progress=p)),
        ("指标计算", lambda p: write_indicators(home, out, backend=backend, progress=p)),
        ("交易网络", lambda p: write_network(home, out, progress=p)),
        ("风险排序", lambda p: write_risk(home, out, progress=p)),
    ]
    if models is not None:
        steps.append((SCORING, lambda p: write_scores(models, out, progress=p)))
    timings, results = {}, {}
    for number, (name, run) in enumerate(steps):
        begun = time.monotonic()
        low = number / (len(steps) + 1)

        def report(stage: str, done: float, name: str = name, low: float = low) -> None:
            progress(f"{name} · {stage}", low + done / (len(steps) + 1))

        results[name] = run(report)
        timings[name] = round(time.monotonic() - begun, 3)
    return timings, results


def _check(home: Home, out: Path, progress: Progress) -> list[dict[str, Any]]:
    progress("校验", 0.9)
    con = connect(spill=home.staging)
    checks = verify(con, out) + conservation(con, home, out)
    if not all(c["ok"] for c in checks):
        raise SnapshotRefusedError(checks)
    return checks


def _manifest(
    home: Home, out: Path, inputs: dict[str, Any], now: datetime, checks: list[dict[str, Any]], seconds: float
) -> dict[str, Any]:
    con = connect()
    households, as_of = con.execute(
        f"SELECT count(*), max(last_invoice_on) FROM read_parquet({literal(str(out / 'households.parquet'))})"
    ).fetchone()
    past = inputs.get("as_of")
    mark = _fingerprint(inputs)
    return {
        "snapshot": shelf.past_name(past, mark) if past else shelf.next_name(home, mark),
        "households": households,
        "seconds": round(seconds, 3),
        "as_of": past or (as_of.isoformat() if as_of else None),
        "built_at": now.isoformat(timespec="seconds"),
        "created_from": inputs,
        "checks": checks,
        "files": shelf.digest_tables(out),
    }
