"""Changing a draft by hand: a copy of a published version, an entry added, altered, ended or taken out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.codes.choices import Origin, State
from yihu.hub.foundation.codes.models import CodeEntry, TableVersion
from yihu.hub.foundation.codes.services.drafting import BATCH, pinyin_of, seal

SHOWN = 3


class UnableToEditError(UnableTo):
    """The change does not fit the draft, or there is no draft to change."""


@dataclass(frozen=True, slots=True)
class EntryFields:
    """What a user may say about an entry."""

    code: str
    name: str
    parent_code: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    attributes: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def start_draft(
    *, version: TableVersion, label: str, valid_from: date, actor: Any, now: datetime, request: Any = None
) -> TableVersion:
    """
    Copy a version into a new draft.

    :raises UnableToEditError: the table comes with the program, or the label is taken
    """
    if version.table.origin == Origin.SHIPPED:
        raise UnableToEditError(f"代码表 {version.table.name} 随程序提供，不能在此修改")
    if TableVersion.objects.filter(table=version.table, label=label).exists():
        raise UnableToEditError(f"{version.table.name} 已有版本“{label}”，请另取版本号")
    draft = TableVersion.objects.create(
        table=version.table, label=label, valid_from=valid_from, source=f"自版本 {version.label} 起草",
        created_by=getattr(actor, "pk", None), created_name=actor.username, created_at=now,
    )  # fmt: skip
    rows = list(version.entries.order_by("position"))
    for row in rows:
        row.pk, row.version = None, draft
    CodeEntry.objects.bulk_create(rows, batch_size=BATCH)
    seal(draft, rows)
    record(
        verb="code_table.draft", request=request, actor=actor, target=f"code_table:{version.table.code}",
        target_name=str(draft), detail={"from": version.label},
    )  # fmt: skip
    return draft


@transaction.atomic
def save_entry(
    *, version: TableVersion, fields: EntryFields, entry_id: int | None, actor: Any, request: Any = None
) -> CodeEntry:
    """
    Add an entry to a draft, or alter one of it.

    :raises UnableToEditError: no draft, an unknown parent, or the code is there already on these days
    """
    draft = _open(version)
    entry = draft.entries.filter(pk=entry_id).first() if entry_id else CodeEntry(version=draft)
    if entry is None:
        raise UnableToEditError("要改的代码已不在草稿中，请刷新页面")
    before = _told(entry) if entry_id else None
    parent = draft.entries.filter(code=fields.parent_code).first() if fields.parent_code else None
    if fields.parent_code and (parent is None or fields.parent_code == fields.code):
        raise UnableToEditError(f"上级代码 {fields.parent_code} 不在草稿中，请先加上级")
    if fields.valid_from and fields.valid_to and fields.valid_from >= fields.valid_to:
        raise UnableToEditError("停用日期应晚于启用日期：它是不再有效的第一天")
    _refuse_overlap(draft, fields, entry_id)
    entry.code, entry.name, entry.parent_code = fields.code, fields.name, fields.parent_code
    entry.valid_from, entry.valid_to, entry.attributes = fields.valid_from, fields.valid_to, fields.attributes
    entry.level, entry.pinyin = (parent.level + 1 if parent else 1), pinyin_of(fields.name)
    if not entry_id:
        entry.position = draft.entries.count()
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise UnableToEditError(f"代码 {fields.code} 已有一行从同一天开始") from error
    _close(draft, "entry-save", actor, request, before=before, after=_told(entry))
    return entry


@transaction.atomic
def remove_entry(*, version: TableVersion, entry_id: int, actor: Any, request: Any = None) -> None:
    """
    Take an entry out of a draft.

    :raises UnableToEditError: no draft, not in it, or others stand below it
    """
    draft = _open(version)
    entry = draft.entries.filter(pk=entry_id).first()
    if entry is None:
        raise UnableToEditError("要删的代码已不在草稿中，请刷新页面")
    alone = draft.entries.filter(code=entry.code).count() == 1
    if alone and draft.entries.filter(parent_code=entry.code).exists():
        raise UnableToEditError(f"{entry} 之下还有代码，请先移走或删除它们")
    before = _told(entry)
    entry.delete()
    _close(draft, "entry-remove", actor, request, before=before, after=None)


def check_whole(version: TableVersion) -> None:
    """
    Make sure that a draft can stand: every parent is there, no circle, no code twice on a day; then seal it.

    :raises UnableToEditError: it cannot
    """
    rows = list(version.entries.all())
    if not rows:
        raise UnableToEditError(f"“{version}”里没有代码，不能送审")
    parents = {r.code: r.parent_code for r in rows}
    orphans = [r for r in rows if r.parent_code and r.parent_code not in parents]
    if orphans:
        raise UnableToEditError(f"{_list(orphans)} 的上级不在本版本中，请补上上级后再送审")
    circles = [r for r in rows if _runs_in_circle(r.code, parents)]
    if circles:
        raise UnableToEditError(f"{_list(circles)} 的上级绕回了自己，请改正后再送审")
    seal(version, rows)


def _runs_in_circle(code: str, parents: dict[str, str]) -> bool:
    seen: set[str] = set()
    while code:
        if code in seen:
            return True
        seen.add(code)
        code = parents.get(code, "")
    return False


def _open(version: TableVersion) -> TableVersion:
    draft = TableVersion.objects.select_for_update().select_related("table").get(pk=version.pk)
    if draft.state != State.DRAFT:
        raise UnableToEditError(f"“{draft}”{draft.get_state_display()}，不能再改；请以它起草新版本")
    return draft


def _refuse_overlap(draft: TableVersion, fields: EntryFields, entry_id: int | None) -> None:
    for other in draft.entries.filter(code=fields.code).exclude(pk=entry_id):
        starts = max(other.valid_from or date.min, fields.valid_from or date.min)
        if starts < min(other.valid_to or date.max, fields.valid_to or date.max):
            raise UnableToEditError(f"代码 {fields.code} 在这些日子已是“{other.name}”，请先给它停用日期")


def _close(draft: TableVersion, act: str, actor: Any, request: Any, **change: Any) -> None:
    seal(draft, list(draft.entries.all()))
    record(
        verb=f"code_table.{act}", request=request, actor=actor, target=f"code_table:{draft.table.code}",
        target_name=str(draft), **change,
    )  # fmt: skip


def _told(entry: CodeEntry) -> dict[str, Any]:
    # The log takes a field called `name` for a person's and hides it.
    fields = ("code", "parent_code", "valid_from", "valid_to", "attributes")
    return {"code_name": entry.name, **{name: getattr(entry, name) for name in fields}}


def _list(rows: Sequence[CodeEntry]) -> str:
    names = "、".join(str(r) for r in rows[:SHOWN])
    return names + (f" 等 {len(rows)} 个" if len(rows) > SHOWN else "")
