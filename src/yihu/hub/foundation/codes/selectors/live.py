"""
Tables of codes that other rooms keep themselves and that change by the hour, e.g. meeting rooms: forms pick from them
as from any code table, but they have no versions and stand in no page of code standards.
"""

from collections.abc import Callable, Iterable
from datetime import date

from yihu.hub.foundation.codes.selectors.index import Code, DayView, VersionIndex

Entries = Callable[[], Iterable[tuple[str, str]]]
_live: dict[str, Entries] = {}


def register_live_table(key: str, entries: Entries) -> None:
    """Offer pairs of code and name under a key of small letters, digits and "-"."""
    _live[key] = entries


def live_tables() -> frozenset[str]:
    """The keys there are."""
    return frozenset(_live)


def live_view(key: str, day: date) -> DayView | None:
    """What a table holds now, whatever the day; None when nobody offers it. One call of its room."""
    entries = _live.get(key)
    if entries is None:
        return None
    return DayView(VersionIndex(Code(code, name, "", 1, None, None, {}, "") for code, name in entries()), day)
