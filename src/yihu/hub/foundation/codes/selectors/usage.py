"""Codes that the data uses and no table knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yihu.hub.foundation.codes import compute
from yihu.hub.foundation.codes.models import TableVersion
from yihu.hub.foundation.codes.selectors.index import index_of
from yihu.hub.foundation.codes.selectors.tables import find_version

SHOWN = 100


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """
    One checked column: `version` answers for it, None when no table of the kind is published.

    `unknown` holds (code, households) that were never valid, the most frequent first.
    """

    title: str
    version: TableVersion | None
    codes: int
    households: int
    unknown: Sequence[tuple[str, int]]
    unknown_codes: int
    unknown_households: int


def list_usage(day: date) -> list[ColumnUse]:
    """One entry a column of the household table; empty without a snapshot."""
    return [_use(used, day) for used in compute.used_codes()]


def _use(used: compute.UsedColumn, day: date) -> ColumnUse:
    found = (find_version(table, on=day) for table in used.tables)
    version = next((v for v in found if v is not None), None)
    known = index_of(version).spans if version else {}
    unknown = [(c, n) for c, n in used.counts.items() if c not in known] if version else []
    unknown.sort(key=lambda pair: (-pair[1], pair[0]))
    households = sum(used.counts.values())
    return ColumnUse(
        used.title, version, len(used.counts), households, unknown[:SHOWN], len(unknown), sum(n for _, n in unknown)
    )
