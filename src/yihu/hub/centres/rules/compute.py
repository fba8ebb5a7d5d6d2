"""The door to the snapshot: what a back-test may read, and running one."""

from collections.abc import Callable, Mapping
from datetime import date

from yihu.kit.decisions import Table
from yihu.lens.decisions import NotColumnarError
from yihu.lens.decisions.over_snapshots import BackTested, back_test
from yihu.lens.decisions.over_snapshots import columns_of as columns_in
from yihu.lens.home import Home
from yihu.lens.snapshots import shelf

__all__ = ["BackTested", "NotColumnarError", "columns_of", "find_current", "run_back_test"]


def find_current() -> shelf.Kept | None:
    """The published snapshot, or None."""
    try:
        return shelf.current_snapshot(Home.from_env())
    except (shelf.NoSnapshotError, OSError, ValueError):
        return None


def columns_of(kept: shelf.Kept, population: str) -> dict[str, str]:
    """Columns a rule may read, by name, with their kinds."""
    return columns_in(kept.path, population)


def run_back_test(
    kept: shelf.Kept,
    population: str,
    version: Table,
    present: Table | None,
    columns: Mapping[str, str],
    *,
    on: date,
    present_on: date,
    progress: Callable[[int, int], None],
) -> BackTested:
    """Both versions over the snapshot; see `lens.decisions.over_snapshots.back_test`."""
    home = Home.from_env()
    home.staging.mkdir(parents=True, exist_ok=True)
    return back_test(
        kept.path, population, version, present, columns,
        on=on, present_on=present_on, scratch=home.staging, progress=progress,
    )  # fmt: skip
