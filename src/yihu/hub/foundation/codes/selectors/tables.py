"""Reads of tables, versions, mappings; lookups as of a day; the difference between two days or versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from yihu.hub.foundation.codes.choices import MappingState, State
from yihu.hub.foundation.codes.models import CodeMapping, CodeTable, TableVersion
from yihu.hub.foundation.codes.selectors.index import Code, DayView, index_of, view_on
from yihu.hub.foundation.codes.selectors.live import live_view


class NoSuchTableError(LookupError):
    """No code table of this code."""


def get_table(code: str) -> CodeTable:
    """:raises NoSuchTableError: there is none"""
    found = CodeTable.objects.filter(code=code).first()
    if found is None:
        raise NoSuchTableError(f"没有代码表 {code}")
    return found


def list_tables(day: date) -> QuerySet[CodeTable]:
    """All tables with `current_id` (the version in force on a day), its label, size, and how many wait for review."""
    current = TableVersion.objects.filter(table=OuterRef("pk"), state=State.PUBLISHED, valid_from__lte=day)
    newest = current.order_by("-valid_from")
    return CodeTable.objects.annotate(
        current_id=Subquery(newest.values("pk")[:1]),
        current_label=Subquery(newest.values("label")[:1]),
        current_from=Subquery(newest.values("valid_from")[:1]),
        current_count=Subquery(newest.values("entry_count")[:1]),
        waiting=Count("versions", filter=Q(versions__state=State.IN_REVIEW), distinct=True),
        drafts=Count("versions", filter=Q(versions__state=State.DRAFT), distinct=True),
        to_confirm=Count("mappings", filter=Q(mappings__state=MappingState.PROPOSED), distinct=True),
    )


def find_version(table: str, *, on: date) -> TableVersion | None:
    """The published version in force on a day. One query."""
    published = TableVersion.objects.filter(table__code=table, state=State.PUBLISHED, valid_from__lte=on)
    return published.select_related("table").order_by("-valid_from").first()


def lookup(table: str, *, on: date) -> DayView | None:
    """A table as of a day, or None when no version was published for it; ask once for many codes."""
    live = live_view(table, on)
    if live is not None:
        return live
    version = find_version(table, on=on)
    return view_on(version, on) if version else None


def list_versions(table: CodeTable) -> QuerySet[TableVersion]:
    """Versions, the newest first."""
    return table.versions.order_by("-valid_from", "-pk")


def list_mappings(table: CodeTable) -> QuerySet[CodeMapping]:
    """Mappings of a table with their versions."""
    return table.mappings.select_related("from_version", "to_version", "table")


def mappings_of(table: CodeTable, code: str) -> tuple[list[CodeMapping], list[CodeMapping]]:
    """(what the code became, what it came from), rejected ones left out."""
    live = table.mappings.exclude(state=MappingState.REJECTED)
    return list(live.filter(from_code=code)), list(live.filter(to_code=code))


def list_unmapped(version: TableVersion) -> list[Code]:
    """Codes of a version that were given up and of which nobody has said what became."""
    told = version.table.mappings.exclude(state=MappingState.REJECTED).filter(from_version=version)
    mapped = set(told.values_list("from_code", flat=True))
    last = (spans[-1] for spans in index_of(version).spans.values())
    return [code for code in last if code.valid_to is not None and code.code not in mapped]


@dataclass(frozen=True, slots=True)
class Change:
    """A code whose name, parent or attributes differ."""

    code: str
    before: Code
    after: Code
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two views of a table."""

    added: Sequence[Code]
    removed: Sequence[Code]
    changed: Sequence[Change]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def difference(left: DayView, right: DayView) -> Difference:
    """From `left` to `right`: codes that came, went and changed."""
    added = [e for e in right.entries if left.find(e.code) is None]
    removed = [e for e in left.entries if right.find(e.code) is None]
    pairs = [(e, after) for e in left.entries if (after := right.find(e.code)) is not None]
    changed = [Change(b.code, b, a, what) for b, a in pairs if (what := _changes(left, b, right, a))]
    return Difference(added, removed, changed)


def _changes(left: DayView, before: Code, right: DayView, after: Code) -> tuple[str, ...]:
    found = []
    if before.name != after.name:
        found.append("名称")
    if left.parent_of(before) != right.parent_of(after):
        found.append("上级")
    if before.attributes != after.attributes:
        found.append("属性")
    return tuple(found)


def spans_of(version: TableVersion, code: str) -> Sequence[Code]:
    """All spans of a code within a version."""
    return index_of(version).spans_of(code)
