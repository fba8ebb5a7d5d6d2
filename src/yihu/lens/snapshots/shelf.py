"""The shelf of published snapshots: names, manifests, the current one, pruning."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.lens.home import Home, point_link, publish_directory


class NoSnapshotError(LookupError):
    """Nothing has been built in this home yet, or the snapshot asked for is not kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One published snapshot and its manifest."""

    id: str
    path: Path
    manifest: dict[str, Any]


def list_snapshots(home: Home) -> list[Kept]:
    """Published snapshots, oldest first."""
    return _read_shelf(home, "S*")


def list_past(home: Home) -> list[Kept]:
    """Snapshots of past days, kept beside the published ones and never read by default; earliest day first."""
    return _read_shelf(home, "P*")


def _read_shelf(home: Home, pattern: str) -> list[Kept]:
    paths = sorted(p for p in home.snapshots.glob(pattern) if (p / "manifest.json").is_file())
    return [Kept(p.name, p, json.loads((p / "manifest.json").read_text("utf-8"))) for p in paths]


def current_snapshot(home: Home) -> Kept:
    """:raises NoSnapshotError: nothing is published"""
    if not home.current.exists():
        raise NoSnapshotError(f"还没有可用的快照：请先运行 yihu gather 与 yihu build（{home.root}）")
    path = home.current.resolve()
    return Kept(path.name, path, json.loads((path / "manifest.json").read_text("utf-8")))


def find_snapshot(home: Home, snapshot_id: str | None) -> Kept:
    """
    The named snapshot, or the current one.

    :raises NoSnapshotError: it is not on the shelf
    """
    if snapshot_id is None:
        return current_snapshot(home)
    for kept in [*list_snapshots(home), *list_past(home)]:
        if kept.id == snapshot_id:
            return kept
    raise NoSnapshotError(f"没有快照 {snapshot_id}")


def next_name(home: Home, fingerprint: str) -> str:
    """`S` + running number + eight digits of the fingerprint of what the snapshot is made from."""
    numbers = [int(p.name[1:7]) for p in home.snapshots.glob("S[0-9]*")]
    return f"S{max(numbers, default=0) + 1:06d}-{fingerprint[:8]}"


def publish(home: Home, staged: Path, name: str) -> Path:
    """Put a verified snapshot on the shelf and switch readers to it."""
    target = home.snapshots / name
    publish_directory(staged, target)
    point_link(home.current, target)
    return target


def past_name(day: str, fingerprint: str) -> str:
    """`P` + the day + eight digits of the fingerprint of what the snapshot is made from."""
    return f"P{day.replace('-', '')}-{fingerprint[:8]}"


def publish_past(home: Home, staged: Path, name: str) -> Path:
    """Put a verified snapshot of a past day aside, in place of an earlier one of that day; readers do not switch."""
    _remove(k for k in list_past(home) if k.id.split("-")[0] == name.split("-")[0])
    target = home.snapshots / name
    publish_directory(staged, target)
    return target


def prune(home: Home, keep: int) -> Sequence[str]:
    """Remove all but the newest `keep` snapshots; the current one always stays."""
    if keep < 1:
        raise ValueError("keep must be at least 1")
    current = home.current.resolve().name if home.current.exists() else ""
    return _remove(k for k in list_snapshots(home)[:-keep] if k.id != current)


def drop_unveiled(home: Home) -> Sequence[str]:
    """Remove snapshots from before the vault: their tables hold personal numbers in the clear."""
    current = home.current.resolve().name if home.current.exists() else ""
    kept = list_snapshots(home)
    return _remove(k for k in kept if k.id != current and "vault_key" not in k.manifest["created_from"])


def _remove(snapshots: Iterable[Kept]) -> Sequence[str]:
    doomed = list(snapshots)
    for kept in doomed:
        # The manifest goes first: a half-removed snapshot must not look whole.
        (kept.path / "manifest.json").unlink()
        shutil.rmtree(kept.path)
    return [k.id for k in doomed]


def digest_tables(path: Path) -> dict[str, dict[str, Any]]:
    """SHA-256 and bytes of every file below a snapshot directory, by relative name."""
    files = sorted(p for p in path.rglob("*") if p.is_file())
    return {str(p.relative_to(path)): {"sha256": _sha256(p), "bytes": p.stat().st_size} for p in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
