"""The tree of a version: every entry under an entry that is there, no circles, each at its level."""

from collections.abc import Sequence
from typing import Protocol

from yihu.hub.foundation.codes.services.layouts import Layout
from yihu.hub.foundation.codes.services.problems import Place, Problem, fatal


class Planted(Protocol):
    """What `plant` reads and sets."""

    code: str
    name: str
    parent: str
    level: int
    place: Place


def plant(entries: Sequence[Planted], layout: Layout, problems: list[Problem]) -> None:
    """
    Set parent and level of each entry in place.

    A missing parent or a circle is fatal: sums over a tree with a hole would be wrong without anybody noticing.
    """
    codes = {e.code for e in entries}
    for entry in entries:
        if layout.tree == "lengths":
            entry.parent = _parent_by_length(entry.code, codes, layout)
        if entry.parent and entry.parent not in codes:
            problems.append(_orphan(entry))
    if not any(p.fatal for p in problems):
        _set_levels(entries, layout, problems)


def _parent_by_length(code: str, codes: set[str], layout: Layout) -> str:
    """The entry above by the digits of the code; with `nearest` a skipped level is passed over."""
    own = next(i for i, n in enumerate(layout.lengths) if code == code[:n].ljust(layout.pad, "0"))
    for length in reversed(layout.lengths[:own]):
        above = code[:length].ljust(layout.pad, "0")
        if above in codes or not layout.nearest:
            return above
    return ""


def _set_levels(entries: Sequence[Planted], layout: Layout, problems: list[Problem]) -> None:
    parents = {e.code: e.parent for e in entries}
    levels: dict[str, int] = {"": 0}
    for entry in entries:
        if _level(entry.code, parents, levels) is None:
            problems.append(_circle(entry))
    for entry in entries:
        entry.level = levels.get(entry.code, 1)
        if layout.tree == "lengths":
            own = next(i for i, n in enumerate(layout.lengths) if entry.code == entry.code[:n].ljust(layout.pad, "0"))
            entry.level = own + 1


def _level(code: str, parents: dict[str, str], levels: dict[str, int]) -> int | None:
    """Depth of a code, 1 at the top; None when the way up is a circle."""
    way = []
    here = code
    while here not in levels:
        if here in way:
            return None
        way.append(here)
        here = parents[here]
    for depth, passed in enumerate(reversed(way), start=levels[here] + 1):
        levels[passed] = depth
    return levels[code]


def _orphan(entry: Planted) -> Problem:
    message = f"{entry.code} {entry.name} 的上级 {entry.parent} 不在可采纳的行中，层级会断开"
    return fatal("E-CODE-PARENT", message, "补上上级行，或改正上级代码（上级行若被退回，先改正它）", entry.place)


def _circle(entry: Planted) -> Problem:
    message = f"{entry.code} {entry.name} 的上级绕回了自己"
    return fatal("E-CODE-CIRCLE", message, "改正其中一行的上级代码", entry.place)
