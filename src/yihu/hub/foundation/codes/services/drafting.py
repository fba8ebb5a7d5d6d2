"""Making a draft version out of files, and out of a published version."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from pypinyin import Style, lazy_pinyin

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.codes.choices import MappingKind, Origin, State
from yihu.hub.foundation.codes.models import CodeEntry, CodeMapping, CodeTable, TableVersion
from yihu.hub.foundation.codes.services.layouts import Layout, find_layout
from yihu.hub.foundation.codes.services.parsing import Draft, Parsed, parse
from yihu.hub.foundation.codes.services.problems import Problem, rows_of
from yihu.hub.foundation.codes.services.reading import SourceFile

BATCH = 5_000
FULL_PINYIN, INITIALS = 1_200, 200


class UnableToImportError(UnableTo):
    """The files did not make a version; `problems` say what is wrong with them."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Imported:
    """The version an import made or found, and how it went."""

    version: TableVersion
    unchanged: bool
    read: int = 0
    rejected: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asks of an import; empty fields are filled in from the layout."""

    table: str
    layout: str = ""
    name: str = ""
    label: str = ""
    valid_from: date | None = None


def import_version(
    *,
    wanted: Wanted,
    sources: Sequence[SourceFile],
    actor: Any = None,
    by: str = "",
    now: datetime,
    request: Any = None,
) -> Imported:
    """
    Read files into a draft version of a table, which is made if it is new.

    The same files for the same table are not read again. Importing onto a draft's label replaces that draft.

    :raises UnableToImportError: the version is refused as a whole; nothing was stored
    """
    layout = find_layout(wanted.layout, table=wanted.table)
    stamp = _stamp(layout, sources)
    label, valid_from = _edition(wanted, layout, now)
    known = TableVersion.objects.filter(table__code=wanted.table, source_hash=stamp, label=label).first()
    if known is not None:
        return Imported(known, unchanged=True)
    parsed = parse(layout, sources)
    if parsed.is_refused:
        reasons = [p for p in parsed.problems if p.fatal]
        raise UnableToImportError(
            f"整个版本没有导入：{reasons[0].message}"
            + (f"（共 {len(reasons)} 处）" if len(reasons) > 1 else "")
            + f"。{reasons[0].fix}",
            parsed.problems,
        )
    with _one_at_a_time(), transaction.atomic():
        version = _store(wanted, layout, label, valid_from, stamp, parsed, sources, actor, by, now)
        record(
            verb="code_table.import", request=request, actor=actor, username=by, channel="" if request else "CLI",
            target=f"code_table:{wanted.table}", target_name=str(version),
            detail={"files": [s.name for s in sources], "entries": version.entry_count, "rejected": version.rejected},
        )  # fmt: skip
    return Imported(version, False, parsed.read, parsed.rejected, tuple(parsed.problems))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise UnableToImportError("另一人正在导入同一个版本，请稍后刷新页面再看") from error


def _edition(wanted: Wanted, layout: Layout, now: datetime) -> tuple[str, date]:
    valid_from = wanted.valid_from or layout.valid_from
    if valid_from is None:
        raise UnableToImportError("缺少施行日期：请给出该版本自哪一天起有效（--valid-from）")
    return (wanted.label or layout.label or valid_from.isoformat())[:60], valid_from


def _stamp(layout: Layout, sources: Sequence[SourceFile]) -> str:
    parts = [layout.name, *sorted(f"{s.name}:{s.sha256}" for s in sources)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _store(
    wanted: Wanted, layout: Layout, label: str, valid_from: date, stamp: str, parsed: Parsed,
    sources: Sequence[SourceFile], actor: Any, by: str, now: datetime,
) -> TableVersion:  # fmt: skip
    table = _table(wanted, layout, parsed)
    _clear_label(table, label)
    version = TableVersion.objects.create(
        table=table, label=label, valid_from=valid_from, layout=layout.name, source_hash=stamp,
        source="、".join(s.name for s in sources)[:500], rejected=parsed.rejected, findings=rows_of(parsed.problems),
        entry_count=len(parsed.entries), created_by=getattr(actor, "pk", None),
        created_name=by or getattr(actor, "username", ""), created_at=now,
    )  # fmt: skip
    write_entries(version, parsed.entries)
    _write_successors(version, parsed, by or getattr(actor, "username", ""), actor, now)
    return version


def _table(wanted: Wanted, layout: Layout, parsed: Parsed) -> CodeTable:
    found = CodeTable.objects.filter(code=wanted.table).first()
    if found is not None and found.origin == Origin.SHIPPED:
        raise UnableToImportError(f"代码表 {found.name} 随程序提供，程序升级时更新，不能从文件导入")
    if found is None:
        if slugify(wanted.table) != wanted.table:
            raise UnableToImportError(f"表代码“{wanted.table}”只能用小写字母、数字和连字符")
        found = CodeTable(code=wanted.table, name=wanted.name or layout.title or wanted.table)
    elif wanted.name:
        found.name = wanted.name
    found.standard = found.standard or layout.standard
    found.note = found.note or layout.note
    depth = max((e.level for e in parsed.entries), default=1)
    names = list(found.levels or layout.levels)
    found.levels = names + [f"第 {n} 级" for n in range(len(names) + 1, depth + 1)]
    found.save()
    return found


def _clear_label(table: CodeTable, label: str) -> None:
    """Make room for a draft to be replaced; anything beyond a draft stands."""
    other = TableVersion.objects.select_for_update().filter(table=table, label=label).first()
    if other is None:
        return
    if other.state != State.DRAFT:
        raise UnableToImportError(
            f"{table.name} 的版本“{label}”{other.get_state_display()}，内容不能再改，请另取版本号（--version）"
        )
    CodeMapping.objects.filter(from_version=other).delete()
    CodeMapping.objects.filter(to_version=other).delete()
    other.delete()


def write_entries(version: TableVersion, entries: Sequence[Draft]) -> None:
    """Store the entries and the hash over them."""
    rows = rows_for(version, entries)
    CodeEntry.objects.bulk_create(rows, batch_size=BATCH)
    seal(version, rows)


def rows_for(version: TableVersion, entries: Sequence[Draft]) -> list[CodeEntry]:
    """The entries as rows that are not stored yet."""
    return [
        CodeEntry(
            version=version, code=e.code, name=e.name, parent_code=e.parent, level=e.level, position=i,
            valid_from=e.valid_from, valid_to=e.valid_to, attributes=e.attributes, pinyin=pinyin_of(e.name),
        )
        for i, e in enumerate(entries)
    ]  # fmt: skip


def seal(version: TableVersion, rows: Sequence[CodeEntry]) -> None:
    """Set count and hash of a version from its entries."""
    version.entry_count = len(rows)
    version.content_hash = hash_of(rows)
    version.save(update_fields=["entry_count", "content_hash"])


def hash_of(rows: Iterable[CodeEntry]) -> str:
    """SHA-256 over the entries, whatever their order."""
    lines = sorted(
        json.dumps(
            [r.code, r.name, r.parent_code, str(r.valid_from), str(r.valid_to), r.attributes],
            ensure_ascii=False, sort_keys=True,
        )
        for r in rows
    )  # fmt: skip
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def pinyin_of(name: str) -> str:
    """Whole pinyin without tones, a space, the initials: 北京 as "beijing bj"."""
    whole = "".join(lazy_pinyin(name, errors=_plain)).lower()
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors=_plain)).lower()
    return f"{whole[:FULL_PINYIN]} {initials[:INITIALS]}"


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _write_successors(version: TableVersion, parsed: Parsed, name: str, actor: Any, now: datetime) -> None:
    into: dict[tuple[str, date], int] = {}
    told = [s for s in parsed.successors if s.to_code]
    for s in told:
        into[s.to_code, s.on] = into.get((s.to_code, s.on), 0) + 1
    rows = [
        CodeMapping(
            table=version.table, from_version=version, to_version=version, from_code=s.from_code, to_code=s.to_code,
            kind=MappingKind.MERGED if into[s.to_code, s.on] > 1 else MappingKind.ONE_TO_ONE, effective_on=s.on,
            basis=s.basis, proposed_by=getattr(actor, "pk", None), proposed_name=name, proposed_at=now,
        )
        for s in told
    ]  # fmt: skip
    CodeMapping.objects.bulk_create(rows, batch_size=BATCH)
