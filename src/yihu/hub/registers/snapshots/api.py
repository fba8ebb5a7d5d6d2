"""What other bands may use of the published snapshot."""

from yihu.hub.registers.snapshots.choices import PURPOSES, Level
from yihu.hub.registers.snapshots.compute import (
    CODES,
    SORTS,
    NoSnapshotError,
    Rule,
    Snapshot,
    WorklistFilter,
    code_name,
    open_current,
    rules,
    show_figure,
)
from yihu.hub.registers.snapshots.selectors import Desk

__all__ = [
    "CODES",
    "PURPOSES",
    "SORTS",
    "Desk",
    "Level",
    "NoSnapshotError",
    "Rule",
    "Snapshot",
    "WorklistFilter",
    "code_name",
    "open_current",
    "rules",
    "show_figure",
]
