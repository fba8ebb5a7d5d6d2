"""Score the current snapshot against planted truth."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import connect
from yihu.lens.home import Home
from yihu.lens.scoreboard.lag import detection_lags, read_numbers
from yihu.lens.scoreboard.ranking import read_planted, read_ranked, score_schemes
from yihu.lens.scoreboard.resolution import score_resolution
from yihu.lens.snapshots import shelf

TRUTH_FILES = ("duplicates.parquet", "schemes.parquet")


CAPACITY = 100
"""Households an office is taken to look at from one worklist, where nobody says otherwise."""


def scoreboard(home: Home, truth: Path, *, capacity: int = CAPACITY) -> dict[str, Any]:
    """
    Resolution pairwise, and each planted scheme's place in the worklist, of the current snapshot.

    :param truth: directory with duplicates.parquet and schemes.parquet (the ``truth`` folder of ``yihu simulate``)
    :param capacity: households an office looks at from one day's worklist, for the detection lag
    :returns: {"resolution": {...}, "schemes": {name: {...}}, "all": {...}, "snapshot", "as_of"}
    :raises FileNotFoundError: a truth file is missing
    :raises NoSnapshotError: nothing is built yet
    """
    missing = [name for name in TRUTH_FILES if not (truth / name).is_file()]
    if missing:
        raise FileNotFoundError(f"真值目录 {truth} 中缺少 {'、'.join(missing)}")
    kept = shelf.current_snapshot(home)
    con = connect()
    ranked, planted = read_ranked(con, kept.path), read_planted(con, kept.path, truth)
    board = score_schemes(ranked, planted)
    numbers = read_numbers(con, kept.path / "members.parquet", truth)
    for name, lag in detection_lags(con, [*shelf.list_past(home), kept], numbers, capacity).items():
        board[name]["detection_lag"] = lag
    together = board.pop("all")
    return {
        "snapshot": kept.id,
        "as_of": ranked.as_of.isoformat() if ranked.as_of else None,
        "resolution": score_resolution(con, kept.path / "members.parquet", truth),
        "schemes": board,
        "all": together,
    }
