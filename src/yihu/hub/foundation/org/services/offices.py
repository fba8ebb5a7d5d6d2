"""Offices: opened, renamed, moved, merged and closed, today or on a later day."""

import re
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.choices import OfficeAct, OfficeLevel
from yihu.hub.foundation.org.models import Office, OfficeChange, User
from yihu.hub.foundation.org.services import office_rules as rules
from yihu.hub.foundation.org.services.office_rules import UnableToChangeOfficeError
from yihu.hub.foundation.org.services.permits import day_of, permit, write
from yihu.hub.foundation.org.services.separation import lock_structure

CODE = re.compile(r"[A-Za-z0-9._-]{1,30}")


class UnableToOpenOfficeError(UnableTo):
    """The code is taken or malformed, or the place in the tree does not fit."""


@transaction.atomic
def open_office(
    *,
    actor: User | None,
    now: datetime,
    code: str,
    name: str,
    level: int,
    parent: Office | None,
    effective_on: date,
    division_code: str = "",
    note: str = "",
) -> Office:
    """
    Open an office below another; without a parent it is a top one.

    :raises UnableToOpenOfficeError: see the class
    """
    permit(actor, "org.offices", parent)
    lock_structure()
    if not CODE.fullmatch(code):
        raise UnableToOpenOfficeError(f"机关代码“{code}”不合规：只能用字母、数字和 . _ -，最长 30 位")
    if Office.objects.filter(code=code).exists():
        raise UnableToOpenOfficeError(f"机关代码 {code} 已在用，代码启用后不再改动，也不重复使用")
    parent = Office.objects.get(pk=parent.pk) if parent else None
    rules.check_place(level=OfficeLevel(level), parent=parent, day=effective_on)
    office = Office.objects.create(
        code=code,
        name=name,
        level=level,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        division_code=division_code,
        valid_from=effective_on,
    )
    after = {"title": name, "level": level, "parent": parent.code if parent else "", "division_code": division_code}
    OfficeChange.objects.create(
        office=office, act=OfficeAct.OPEN, effective_on=effective_on, after=after, note=note, made_by=actor,
        made_at=now, applied_at=now,
    )  # fmt: skip
    write(verb="office.open", actor=actor, target=f"office:{code}", name=name, after=after, reason=note)
    return office


def rename_office(
    *, actor: User | None, now: datetime, office: Office, name: str, effective_on: date, note: str = ""
) -> OfficeChange:
    """Another name from a day on."""
    return _change(actor, now, office, OfficeAct.RENAME, {"name": name}, effective_on, note)


def move_office(
    *, actor: User | None, now: datetime, office: Office, parent: Office, effective_on: date, note: str = ""
) -> OfficeChange:
    """
    Another superior from a day on; everything below goes along.

    :raises UnableToChangeOfficeError: the place does not fit
    """
    permit(actor, "org.offices", parent)
    return _change(actor, now, office, OfficeAct.MOVE, {"parent": parent.code}, effective_on, note)


def merge_office(
    *, actor: User | None, now: datetime, office: Office, into: Office, effective_on: date, note: str = ""
) -> OfficeChange:
    """
    Into another office from a day on: its households and subordinates fall to the other, its posts end.

    Posts do not move along, for that would widen what their holders reach without a security administrator's word.

    :raises UnableToChangeOfficeError: the place does not fit
    """
    permit(actor, "org.offices", into)
    return _change(actor, now, office, OfficeAct.MERGE, {"into": into.code}, effective_on, note)


def close_office(
    *, actor: User | None, now: datetime, office: Office, effective_on: date, note: str = ""
) -> OfficeChange:
    """
    The end of an office that nobody and nothing stands in any more.

    :raises UnableToChangeOfficeError: subordinates, or people in its posts
    """
    return _change(actor, now, office, OfficeAct.CLOSE, {}, effective_on, note)


@transaction.atomic
def cancel_change(*, actor: User | None, now: datetime, change: OfficeChange) -> None:
    """
    Take back a change that is not yet due.

    :raises UnableToChangeOfficeError: it was carried out or cancelled already
    """
    permit(actor, "org.offices", change.office)
    waiting = OfficeChange.objects.select_for_update().filter(pk=change.pk, applied_at=None, cancelled_at=None)
    if not waiting.update(cancelled_at=now):
        raise UnableToChangeOfficeError("该变更已经执行或已经取消，不能再取消")
    write(
        verb="office.cancel-change", actor=actor, target=f"office:{change.office.code}", name=change.office.name,
        before=_told({"act": change.act, "effective_on": change.effective_on, **change.after}),
    )  # fmt: skip


@transaction.atomic
def _change(
    actor: User | None, now: datetime, office: Office, act: OfficeAct, after: dict[str, Any], day: date, note: str
) -> OfficeChange:
    """Write the change down, and carry it out when its day has come."""
    permit(actor, "org.offices", office)
    lock_structure()
    office = Office.objects.select_related("parent").get(pk=office.pk)
    if not office.is_in_effect(max(day, day_of(now))):
        raise UnableToChangeOfficeError(f"{office.name} 在 {day} 不是有效机关，不能{act.label}")
    before = {"name": office.name, "parent": office.parent.code if office.parent else ""}
    rules.check(office, act, after, day)
    change = OfficeChange.objects.create(
        office=office, act=act, effective_on=day, before=before, after=after, note=note, made_by=actor, made_at=now
    )
    if day <= day_of(now):
        rules.carry_out(change, now=now)
    write(
        verb=f"office.{act.lower()}", actor=actor, target=f"office:{office.code}", name=office.name, reason=note,
        before=_told(before), after=_told({**after, "effective_on": day}),
    )  # fmt: skip
    return change


def apply_due_changes(*, now: datetime) -> int:
    """Carry out, in order of day, what is due; one that no longer fits keeps the reason. Says how many were done."""
    done = 0
    due = OfficeChange.objects.filter(applied_at=None, cancelled_at=None, failure="", effective_on__lte=day_of(now))
    for pk in list(due.order_by("effective_on", "id").values_list("pk", flat=True)):
        done += _apply_one(pk, now)
    return done


def _apply_one(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            lock_structure()
            change = OfficeChange.objects.select_related("office__parent", "made_by").filter(applied_at=None).get(pk=pk)
            rules.check(change.office, OfficeAct(change.act), change.after, change.effective_on)
            rules.carry_out(change, now=now)
            write(
                verb=f"office.{change.act.lower()}", actor=None, target=f"office:{change.office.code}",
                name=change.office.name, reason=change.note, before=_told(change.before), after=_told(change.after),
            )  # fmt: skip
            return True
    except OfficeChange.DoesNotExist:
        return False
    except UnableTo as error:
        OfficeChange.objects.filter(pk=pk).update(failure=str(error)[:300])
        return False


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    """For the log, where "name" stands for a person's and would be withheld."""
    return {"title" if key == "name" else key: value for key, value in fields.items()}
