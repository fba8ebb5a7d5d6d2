"""The door to the published snapshot: open it, the words of its codes and figures, the rules it was ranked by."""

import threading
from collections.abc import Mapping
from functools import cache

from yihu.hub.screens import figures
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import show
from yihu.lens.risk.rules import Rule, load_rules
from yihu.lens.schema import CODES
from yihu.lens.snapshots.reader import Snapshot
from yihu.lens.snapshots.shelf import NoSnapshotError
from yihu.lens.snapshots.worklist import SORTS, WorklistFilter

__all__ = ["CODES", "SORTS", "NoSnapshotError", "Rule", "Snapshot", "WorklistFilter"]

_lock = threading.Lock()
_opened: dict[str, Snapshot] = {}


def open_current() -> Snapshot:
    """
    The published snapshot, opened once per process and again when another is published.

    A request keeps the one it was given, so every figure on a page is of one snapshot.

    :raises NoSnapshotError: nothing has been built yet
    """
    home = Home.from_env()
    try:
        target = str(home.snapshots / home.current.readlink())
    except FileNotFoundError as error:
        raise NoSnapshotError("还没有可用的快照") from error
    found = _opened.get(target)
    if found is None:
        with _lock:
            found = _opened.get(target) or Snapshot.open(home)
            _opened.clear()
            _opened[target] = found
            threading.Thread(target=_warm, args=(found,), daemon=True).start()
    return found


def _warm(snapshot: Snapshot) -> None:
    """Walk once, so that the walking kernels are loaded before anybody waits for them."""
    first = snapshot.row("SELECT household_id FROM households ORDER BY household_id LIMIT 1")
    if first:
        snapshot.trace(first["household_id"])


def code_name(table: str, code: str | None) -> str:
    """The Chinese name of a code; an unknown code is shown as it came, nothing as a dash."""
    return CODES.get(table, {}).get(code, code) if code else figures.BLANK


def show_figure(value: float | None, unit: str) -> str:
    """An indicator's value as officers write it."""
    return "不适用" if value is None else show(value, unit)  # type: ignore[arg-type]


@cache
def rules() -> Mapping[str, Rule]:
    """Every risk rule by its code, with its law and playbook."""
    return {rule.code: rule for rule in load_rules()}
