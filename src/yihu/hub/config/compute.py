"""What the frame of the application asks of the analytical side: the snapshot, and the offices it names."""

from dataclasses import dataclass
from pathlib import Path

from yihu.hub.config.state import state_directory
from yihu.hub.foundation.org.api import OfficeSeen
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


def offices_of_snapshot() -> list[OfficeSeen]:
    """The offices that registered households name, the one with the most first; empty without a snapshot."""
    path = snapshot_state().path
    if path is None:
        return []
    source = literal(str(path / "households.parquet"))
    rows = (
        connect()
        .execute(
            "SELECT office_code, coalesce(min(office_name), office_code), coalesce(min(left(division_code, 6)), '') "
            f"FROM read_parquet({source}) WHERE office_code IS NOT NULL AND is_registered "
            "GROUP BY office_code ORDER BY count(*) DESC, office_code"
        )
        .fetchall()
    )
    return [OfficeSeen(code, name, division) for code, name, division in rows]
