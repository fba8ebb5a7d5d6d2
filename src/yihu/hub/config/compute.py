"""What the frame of the application asks of the analytical side: the snapshot, and the offices it names."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yihu.hub.config.state import state_directory
from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.snapshots import shelf


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """The published snapshot's id and directory; both None when there is none."""

    id: str | None
    path: Path | None


def snapshot_state() -> SnapshotState:
    """Reads one symbolic link and one small file."""
    try:
        kept = shelf.current_snapshot(Home(state_directory()))
    except (shelf.NoSnapshotError, OSError, ValueError):
        return SnapshotState(None, None)
    return SnapshotState(kept.id, kept.path)


def offices_of_snapshot() -> list[tuple[str, str, str]]:
    """(code, name, division code) of the offices that registered households name, the largest first."""
    path = snapshot_state().path
    if path is None:
        return []
    source = literal(str(path / "households.parquet"))
    return (
        connect()
        .execute(
            "SELECT office_code, coalesce(min(office_name), office_code), coalesce(min(left(division_code, 6)), '') "
            f"FROM read_parquet({source}) WHERE office_code IS NOT NULL AND is_registered "
            "GROUP BY office_code ORDER BY count(*) DESC, office_code"
        )
        .fetchall()
    )


def build_again(*, now: datetime) -> None:
    """Publish a snapshot that the models now in force have scored; quick where nothing else changed."""
    # The build brings the learning libraries, which a server that only starts should not wait for.
    from yihu.lens.snapshots.build import build

    build(Home(state_directory()), now=now, if_changed=True, progress=lambda stage, done: None)
