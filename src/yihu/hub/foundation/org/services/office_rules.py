"""What a change of an office asks for, and how it is carried out on its day."""

from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat, Length, Substr

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.choices import OfficeAct, OfficeLevel
from yihu.hub.foundation.org.models import Appointment, Department, Grid, GridMember, Office, OfficeChange, Post, User
from yihu.hub.foundation.org.services.continuity import keeping_administrators

LONGEST_PATH = Office._meta.get_field("path").max_length


class UnableToChangeOfficeError(UnableTo):
    """The change does not fit: a circle, a wrong level, somebody still at work."""


def check_place(*, level: OfficeLevel, parent: Office | None, day: date) -> None:
    """
    Refuse a place in the tree that does not fit.

    :raises UnableToChangeOfficeError: the superior is not above, or not open on that day
    """
    if parent is None:
        return
    if not parent.is_in_effect(day):
        raise UnableToChangeOfficeError(f"上级机关 {parent.name} 在 {day} 不是有效机关，请换一个上级或改生效日")
    if level <= parent.level:
        raise UnableToChangeOfficeError(
            f"{OfficeLevel(level).label}不能隶属于{OfficeLevel(parent.level).label}（{parent.name}），请核对级次"
        )


def check(office: Office, act: OfficeAct, after: dict[str, Any], day: date) -> None:
    """
    Refuse a change that would not fit on its day, as far as is known now.

    :raises UnableToChangeOfficeError: see the class
    """
    if act == OfficeAct.MOVE:
        _check_move(office, _office(after["parent"]), day)
    elif act == OfficeAct.MERGE:
        _check_merge(office, _office(after["into"]), day)
    elif act == OfficeAct.CLOSE:
        _check_close(office, day)


def carry_out(change: OfficeChange, *, now: datetime) -> None:
    """Make the change; the structure is locked by the caller."""
    office, after = change.office, change.after
    if change.act == OfficeAct.RENAME:
        Office.objects.filter(pk=office.pk).update(name=after["name"])
    elif change.act == OfficeAct.MOVE:
        move_below(office, _office(after["parent"]))
    elif change.act == OfficeAct.MERGE:
        with keeping_administrators(change.effective_on):
            _merge(office, _office(after["into"]), change.effective_on)
    elif change.act == OfficeAct.CLOSE:
        _end_all(office, change.effective_on)
    change.applied_at = now
    change.save(update_fields=["applied_at"])


def move_below(office: Office, parent: Office) -> int:
    """Rewrite the paths of an office and everything below it: one statement, one range of the index."""
    own_part = len(office.path) - len(office.code)
    rewritten = Concat(Value(parent.path), Substr("path", own_part))
    moved = Office.objects.filter(subtree(office)).update(path=rewritten)
    Office.objects.filter(pk=office.pk).update(parent=parent)
    return moved


def subtree(office: Office) -> Q:
    """An office and everything below it; codes sort before "~" in collation C."""
    return Q(path__gte=office.path, path__lt=office.path + "~")


def _office(code: str) -> Office:
    return Office.objects.get(code=code)


def _check_move(office: Office, parent: Office, day: date) -> None:
    if parent.path.startswith(office.path):
        raise UnableToChangeOfficeError(f"{parent.name} 在 {office.name} 之下，不能作它的上级")
    check_place(level=OfficeLevel(office.level), parent=parent, day=day)
    _check_depth(office, parent)


def _check_depth(office: Office, parent: Office) -> None:
    deepest = Office.objects.filter(subtree(office)).aggregate(length=Max(Length("path")))["length"]
    if len(parent.path) + deepest - len(office.path) + len(office.code) + 1 > LONGEST_PATH:
        raise UnableToChangeOfficeError("调整后的隶属层次过深，请先调整下级机关")


def _check_merge(office: Office, into: Office, day: date) -> None:
    if into.path.startswith(office.path):
        raise UnableToChangeOfficeError(f"{office.name} 不能并入自己或自己的下级 {into.name}")
    if not into.is_in_effect(day):
        raise UnableToChangeOfficeError(f"{into.name} 在 {day} 不是有效机关，不能接收并入")
    _check_depth(office, into)
    wrong = Office.objects.filter(parent=office, level__lte=into.level).on_or_after(day).first()
    if wrong:
        raise UnableToChangeOfficeError(
            f"下级机关 {wrong.name} 的级次不低于 {into.name}，不能随迁到其下，请先调整它的隶属"
        )


def _check_close(office: Office, day: date) -> None:
    below = Office.objects.filter(parent=office).on_or_after(day).count()
    if below:
        raise UnableToChangeOfficeError(f"{office.name} 还有 {below} 个下级机关，请先撤销、并入或调整它们的隶属")
    held = Appointment.objects.filter(post__office=office, refused_at=None).on_or_after(day)
    people = held.values("user_id").distinct().count()
    if people:
        raise UnableToChangeOfficeError(f"{office.name} 在 {day} 之后还有 {people} 人在岗，请先终止任职或另行任命")


def _merge(office: Office, into: Office, day: date) -> None:
    for child in Office.objects.filter(parent=office, merged_into=None):
        move_below(child, into)
    Office.objects.filter(merged_into=office).update(merged_into=into)
    move_below(office, into)
    Office.objects.filter(pk=office.pk).update(merged_into=into)
    User.objects.filter(office=office).update(office=into)
    _end_all(office, day)


def _end_all(office: Office, day: date) -> None:
    """The office and all it has end on the day; what ended before keeps its day."""
    later = Q(valid_to=None) | Q(valid_to__gt=day)
    last = {"valid_to": day}
    Office.objects.filter(later, pk=office.pk).update(**last)
    of_office = (
        (Department, Q(office=office)),
        (Post, Q(office=office)),
        (Grid, Q(office=office)),
        (GridMember, Q(grid__office=office)),
        (Appointment, Q(post__office=office)),
    )
    for model, where in of_office:
        model.objects.filter(where, later, valid_from__lte=day).update(**last)
        # What had not begun never will.
        model.objects.filter(where, later, valid_from__gt=day).update(valid_to=F("valid_from"))
