"""Grids, who looks after them, and the taxpayers listed in them."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from yihu.hub.base.access import Thing, decide
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.models import Grid, GridMember, GridTaxpayer, Office, User
from yihu.hub.foundation.org.services.permits import day_of, permit, write

CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
DIVISION = re.compile(r"[0-9]{2,12}")
Finder = Callable[[Sequence[str]], Mapping[str, Thing]]
_finders: list[Finder] = []


class UnableToKeepGridError(UnableTo):
    """The code is taken, the person is of another office, or a taxpayer is not within the actor's reach."""


def find_taxpayers_by(finder: Finder) -> None:
    """Name who knows the taxpayers of numbers (the register, which stands above): number -> what decides access."""
    _finders[:] = [finder]


@transaction.atomic
def open_grid(
    *,
    actor: User | None,
    now: datetime,
    office: Office,
    code: str,
    name: str,
    divisions: Sequence[str],
    effective_on: date,
) -> Grid:
    """
    Open a grid over the office's households of some divisions.

    :raises UnableToKeepGridError: code taken or malformed, or a division that is none
    """
    permit(actor, "grid.keep", office)
    if not CODE.fullmatch(code) or Grid.objects.filter(code=code).exists():
        raise UnableToKeepGridError(f"网格代码“{code}”不合规或已在用，请换一个")
    if not office.is_in_effect(effective_on):
        raise UnableToKeepGridError(f"{office.name} 在 {effective_on} 不是有效机关")
    _check_divisions(divisions)
    made = Grid.objects.create(code=code, name=name, office=office, divisions=list(divisions), valid_from=effective_on)
    _written(actor, "grid.open", made, after={"office": office.code, "divisions": list(divisions)})
    return made


@transaction.atomic
def change_grid(*, actor: User | None, now: datetime, grid: Grid, name: str, divisions: Sequence[str]) -> None:
    """
    Another name or ground, at once.

    :raises UnableToKeepGridError: it has ended, or a division that is none
    """
    permit(actor, "grid.keep", grid.office)
    _check_open(grid, f"网格 {grid.name} ", day_of(now))
    _check_divisions(divisions)
    before = {"title": grid.name, "divisions": grid.divisions}
    grid.name, grid.divisions = name, list(divisions)
    grid.save(update_fields=["name", "divisions"])
    _written(actor, "grid.change", grid, before=before, after={"title": name, "divisions": list(divisions)})


@transaction.atomic
def close_grid(*, actor: User | None, now: datetime, grid: Grid, effective_on: date) -> None:
    """
    End a grid; nobody reaches a taxpayer by it from that day on.

    :raises UnableToKeepGridError: the day is past, or it has ended by then
    """
    permit(actor, "grid.keep", grid.office)
    _check_day(effective_on, now)
    _check_open(grid, f"网格 {grid.name} ", effective_on)
    before = grid.valid_to
    grid.valid_to = max(effective_on, grid.valid_from)
    grid.save(update_fields=["valid_to"])
    _written(actor, "grid.close", grid, before={"valid_to": before}, after={"valid_to": grid.valid_to})


@transaction.atomic
def add_member(
    *,
    actor: User | None,
    now: datetime,
    grid: Grid,
    user: User,
    valid_from: date,
    valid_to: date | None = None,
) -> GridMember:
    """
    Let somebody look after a grid.

    :raises UnableToKeepGridError: of another office, or there already in these days
    """
    permit(actor, "grid.keep", grid.office)
    if not user.is_active or user.left_on is not None:
        raise UnableToKeepGridError(f"{user} 已停用或离岗")
    if not user.office.path.startswith(grid.office.path):
        raise UnableToKeepGridError(f"{user} 不是 {grid.office.name} 的人员，不能负责它的网格")
    if valid_to is not None and valid_to <= valid_from:
        raise UnableToKeepGridError("终止日必须晚于起始日")
    same = GridMember.objects.filter(grid=grid, user=user).on_or_after(valid_from)
    if (same.filter(valid_from__lt=valid_to) if valid_to else same).exists():
        raise UnableToKeepGridError(f"{user} 在这段日期里已负责该网格")
    made = GridMember.objects.create(grid=grid, user=user, valid_from=valid_from, valid_to=valid_to)
    after = {"user": user.username, "valid_from": valid_from, "valid_to": valid_to}
    _written(actor, "grid.add-member", grid, after=after)
    return made


@transaction.atomic
def end_member(*, actor: User | None, now: datetime, member: GridMember, effective_on: date) -> None:
    """
    Somebody no longer looks after a grid.

    :raises UnableToKeepGridError: the day is past
    """
    permit(actor, "grid.keep", member.grid.office)
    _check_day(effective_on, now)
    GridMember.objects.filter(pk=member.pk).update(valid_to=max(effective_on, member.valid_from))
    before = {"user": member.user.username, "valid_to": member.valid_to}
    _written(actor, "grid.end-member", member.grid, before=before, after={"valid_to": effective_on})


@transaction.atomic
def list_taxpayers(*, actor: User | None, now: datetime, grid: Grid, numbers: Sequence[str], effective_on: date) -> int:
    """
    List taxpayers in a grid by number; those listed already stay. Says how many are new.

    Each must lie within the actor's own reach: a list must not open what its keeper may not open.

    :raises UnableToKeepGridError: unknown or beyond reach; which of the two is not told
    """
    permit(actor, "grid.keep", grid.office)
    wanted = list(dict.fromkeys(numbers))
    _check_reach(actor, wanted)
    known = GridTaxpayer.objects.filter(grid=grid, number__in=wanted).on_or_after(effective_on)
    fresh = sorted(set(wanted) - set(known.values_list("number", flat=True)))
    GridTaxpayer.objects.bulk_create(
        [GridTaxpayer(grid=grid, number=number, valid_from=effective_on) for number in fresh]
    )
    _written(actor, "grid.list-taxpayers", grid, after={"numbers": fresh, "valid_from": effective_on})
    return len(fresh)


@transaction.atomic
def unlist_taxpayer(*, actor: User | None, now: datetime, listed: GridTaxpayer, effective_on: date) -> None:
    """
    Take a taxpayer from a grid's list.

    :raises UnableToKeepGridError: the day is past, or it has ended by then
    """
    permit(actor, "grid.keep", listed.grid.office)
    _check_day(effective_on, now)
    _check_open(listed, f"{listed.number} 在本网格的点名", effective_on)
    GridTaxpayer.objects.filter(pk=listed.pk).update(valid_to=max(effective_on, listed.valid_from))
    before = {"number": listed.number, "valid_to": listed.valid_to}
    _written(actor, "grid.unlist-taxpayer", listed.grid, before=before, after={"valid_to": effective_on})


def _check_reach(actor: User | None, numbers: list[str]) -> None:
    if actor is None:
        return
    found = _finders[0](numbers) if _finders else {}
    for number in numbers:
        thing = found.get(number)
        if thing is None or not decide(actor, "household.view", thing):
            raise UnableToKeepGridError(f"没有查到 {number}，或该户不在您的管户范围内，请核对后重新提交")


def _check_divisions(divisions: Sequence[str]) -> None:
    wrong = [d for d in divisions if not DIVISION.fullmatch(d)]
    if wrong:
        raise UnableToKeepGridError(f"“{wrong[0]}”不是行政区划前缀：应为 2 至 12 位数字")


def _check_day(day: date, now: datetime) -> None:
    if day < day_of(now):
        raise UnableToKeepGridError("终止日不能早于今天")


def _check_open(row: Grid | GridTaxpayer, what: str, day: date) -> None:
    """An end is only ever brought forward: what has ended stays ended."""
    if row.valid_to is not None and row.valid_to <= day:
        raise UnableToKeepGridError(f"{what}已定于 {row.valid_to} 起不再有效，不必再办")


def _written(actor: User | None, verb: str, grid: Grid, **what: object) -> None:
    write(verb=verb, actor=actor, target=f"grid:{grid.code}", name=grid.name, **what)
