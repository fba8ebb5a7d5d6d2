"""Snapshots of past days for learning: those asked for are found on the shelf, or built."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from yihu.lens.home import Home
from yihu.lens.snapshots import shelf
from yihu.lens.snapshots.build import build


def past_snapshots(
    home: Home, days: Sequence[date], *, now: datetime, progress: Callable[[str, float], None]
) -> list[Path]:
    """
    Directories of the snapshots of `days` (all that are kept, where none is named), earliest first.

    Each asked for is made from what is gathered today, so that all have the same rows and the same features.

    :raises NoSnapshotError: none is named and none is kept
    """
    for day in days:
        build(home, now=now, progress=progress, as_of=day)
    wanted = {day.isoformat() for day in days}
    kept = [k for k in shelf.list_past(home) if not wanted or k.manifest["as_of"] in wanted]
    if not kept:
        raise shelf.NoSnapshotError("没有过去日期的快照：请用 --as-of 指明日期，或先运行 yihu build --as-of")
    return [k.path for k in kept]
