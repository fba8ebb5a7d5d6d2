"""
A version held in memory: names, children, ancestors and search without a query.

Published versions never change, so a process reads each once and keeps it. Drafts are read every time.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from yihu.hub.foundation.codes.models import CodeEntry, TableVersion

VERSIONS_KEPT, DAYS_KEPT = 24, 64


@dataclass(frozen=True, slots=True)
class Code:
    """One entry as pages and other bands see it; spans are half-open, None is an open end."""

    code: str
    name: str
    parent: str
    level: int
    valid_from: date | None
    valid_to: date | None
    attributes: dict[str, str]
    pinyin: str

    def holds(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


class VersionIndex:
    """Every entry of one version, in its order."""

    def __init__(self, entries: Iterable[Code]) -> None:
        self.entries = list(entries)
        self.spans: dict[str, list[Code]] = defaultdict(list)
        for entry in self.entries:
            self.spans[entry.code].append(entry)

    def spans_of(self, code: str) -> Sequence[Code]:
        """All spans of a code, the earliest first; empty for a code that never was."""
        return self.spans.get(code, ())


class DayView:
    """A version as it stood on one day."""

    def __init__(self, index: VersionIndex, day: date) -> None:
        self.index, self.day = index, day
        self.entries = [e for e in index.entries if e.holds(day)]
        self._by_code = {e.code: e for e in self.entries}
        self._children: dict[str, list[Code]] = defaultdict(list)
        for entry in self.entries:
            self._children[self.parent_of(entry)].append(entry)

    def find(self, code: str) -> Code | None:
        """The entry of a code that is valid on the day."""
        return self._by_code.get(code)

    def name_of(self, code: str) -> str:
        """The name of a code; a code that is not valid is given back as it came."""
        found = self._by_code.get(code)
        return found.name if found else code

    def parent_of(self, entry: Code) -> str:
        """The nearest code above that is valid on the day; "" at the top."""
        above = entry.parent
        while above and above not in self._by_code:
            spans = self.index.spans_of(above)
            above = spans[-1].parent if spans else ""
        return above

    def children(self, code: str = "") -> list[Code]:
        """What stands directly below a code; the top without one."""
        return self._children.get(code, [])

    def path(self, code: str) -> list[Code]:
        """The entry and everything above it, top first; empty for a code that is not valid."""
        found = self.find(code)
        way: list[Code] = []
        while found is not None:
            way.append(found)
            found = self.find(self.parent_of(found))
        return way[::-1]

    def search(self, text: str) -> list[Code]:
        """Entries whose code begins with, or whose name, pinyin or initials contain the text, in order of fitness."""
        wanted = text.strip().lower()
        if not wanted:
            return []
        fitting = [(rank, i) for i, e in enumerate(self.entries) if (rank := _rank(e, wanted)) is not None]
        return [self.entries[i] for _, i in sorted(fitting)]


def _rank(entry: Code, wanted: str) -> int | None:
    name = entry.name.lower()
    if entry.code.lower() == wanted or name == wanted:
        return 0
    if entry.code.lower().startswith(wanted) or name.startswith(wanted):
        return 1
    if wanted in name:
        return 2
    whole, _, initials = entry.pinyin.partition(" ")
    if initials.startswith(wanted) or whole.startswith(wanted):
        return 3
    return 4 if wanted.isascii() and (wanted in initials or wanted in whole) else None


def index_of(version: TableVersion) -> VersionIndex:
    """The entries of a version; one query the first time a process asks for a published one."""
    return _published_index(version.pk) if version.is_published else _read(version.pk)


def view_on(version: TableVersion, day: date) -> DayView:
    """A version as of a day; kept in memory for published versions."""
    return _published_view(version.pk, day) if version.is_published else DayView(_read(version.pk), day)


@lru_cache(VERSIONS_KEPT)
def _published_index(version_id: int) -> VersionIndex:
    return _read(version_id)


@lru_cache(DAYS_KEPT)
def _published_view(version_id: int, day: date) -> DayView:
    return DayView(_published_index(version_id), day)


def _read(version_id: int) -> VersionIndex:
    rows = CodeEntry.objects.filter(version_id=version_id).order_by("position")
    fields = ("code", "name", "parent_code", "level", "valid_from", "valid_to", "attributes", "pinyin")
    return VersionIndex(Code(*row) for row in rows.values_list(*fields))
