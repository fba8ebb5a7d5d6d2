"""The verbs of the workbench: keep a view, remember a visit, mark a canvas, join and part taxpayers."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.taxpayers.api import knows_household
from yihu.hub.subsystems.household import compute
from yihu.hub.subsystems.household.choices import StepKind
from yihu.hub.subsystems.household.models import CanvasMark, CanvasStep, SavedView, Unmasking, Visit
from yihu.hub.subsystems.household.selectors import Desk
from yihu.kit.masks import has_personal_number, veil

MAX_STEPS = 200


class UnableToJudgeError(UnableTo):
    """The journal refused a judgement; the message says why in the officer's words."""


class UnableToMarkError(UnableTo):
    """The household of the canvas is not in the register yet."""


class UnableToUnmaskError(UnableTo):
    """Numbers are not shown in the clear; the message says why."""


class UnableToSaveViewError(UnableTo):
    """The view would keep somebody's number."""


@transaction.atomic
def save_view(*, request: HttpRequest, name: str, query: str, now: datetime) -> SavedView:
    """
    Keep the worklist's address under a name; the same name is replaced.

    :raises UnableToSaveViewError: name or filters hold a personal number
    """
    if has_personal_number(name) or has_personal_number(unquote_plus(query)):
        raise UnableToSaveViewError("视图里含有证件号码、电话或账号，请去掉后再保存")
    old = SavedView.objects.filter(user=request.user, name=name).first()
    view, _ = SavedView.objects.update_or_create(
        user=request.user, name=name, defaults={"query": query.lstrip("?"), "created_at": now}
    )
    record(
        verb="worklist-view.save",
        request=request,
        target=f"worklist-view:{view.pk}",
        target_name=name,
        before={"query": old.query} if old else None,
        after={"query": view.query},
    )
    return view


@transaction.atomic
def delete_view(*, request: HttpRequest, view_id: int) -> None:
    """Forget one of the user's own views; another's is left alone."""
    view = SavedView.objects.filter(user=request.user, pk=view_id).first()
    if view is None:
        return
    record(
        verb="worklist-view.delete",
        request=request,
        target=f"worklist-view:{view.pk}",
        target_name=view.name,
        before={"query": view.query},
    )
    view.delete()


@transaction.atomic
def remember_visit(*, user: Any, household_id: str, now: datetime) -> None:
    """Put a household first among those lately looked at; one the register does not know yet is not remembered."""
    if not knows_household(household_id):
        return
    Visit.objects.update_or_create(user=user, household_id=household_id, defaults={"visited_at": now})


@transaction.atomic
def mark_on_canvas(
    *,
    request: HttpRequest,
    household: Mapping[str, Any],
    subject: str,
    pinned: bool,
    place: tuple[float | None, float | None],
    note: str,
    now: datetime,
) -> CanvasMark | None:
    """
    Pin and note one household or relation of a canvas; without either the mark goes. Each change is a step.

    :raises UnableToMarkError: the register does not know the household yet
    """
    centre = _canvas_of(household)
    before = CanvasMark.objects.filter(user=request.user, household_id=centre, subject=subject).first()
    said = veil(note) or ""
    changed = _mark_changes(before, pinned, said)
    for kind in changed:
        _add_step(request.user, centre, kind, now, subject=subject)
    record(
        verb="canvas.mark",
        request=request,
        target=f"household:{centre}",
        target_name=household["name"] or "",
        detail={"subject": subject, "pinned": pinned, "noted": bool(said), "steps": [str(kind) for kind in changed]},
    )
    if not pinned and not said:
        if before is not None:
            before.delete()
        return None
    values = {"is_pinned": pinned, "x": place[0], "y": place[1], "note": said, "updated_at": now}
    mark, _ = CanvasMark.objects.update_or_create(
        user=request.user, household_id=centre, subject=subject, defaults=values
    )
    return mark


def _canvas_of(household: Mapping[str, Any]) -> str:
    if not knows_household(household["household_id"]):
        raise UnableToMarkError("登记册还没有跟上当前快照，暂时存不下标记；过几分钟再试。")
    return str(household["household_id"])


def _mark_changes(before: CanvasMark | None, pinned: bool, note: str) -> list[StepKind]:
    was_pinned, old_note = (before.is_pinned, before.note) if before is not None else (False, "")
    changes = []
    if pinned != was_pinned:
        changes.append(StepKind.PIN if pinned else StepKind.UNPIN)
    if note != old_note:
        changes.append(StepKind.NOTE if note else StepKind.UNNOTE)
    return changes


@transaction.atomic
def take_step(*, request: HttpRequest, household: Mapping[str, Any], kind: str, now: datetime, **what: Any) -> None:
    """
    Write down one step on a canvas; `what` is its subject, start and end.

    :raises UnableToMarkError: the register does not know the household yet
    """
    _add_step(request.user, _canvas_of(household), StepKind(kind), now, **what)
    record(
        verb="canvas.step",
        request=request,
        target=f"household:{household['household_id']}",
        target_name=household["name"] or "",
        detail={"kind": kind, **{key: str(value) for key, value in what.items() if value}},
    )


def _add_step(user: Any, centre: str, kind: StepKind, now: datetime, **what: Any) -> None:
    mine = CanvasStep.objects.filter(user=user, household_id=centre)
    last = mine.last()
    # Dragging a slider is one choice of a period, not twenty.
    if kind == StepKind.PERIOD and last is not None and last.kind == StepKind.PERIOD:
        last.delete()
    CanvasStep.objects.create(user=user, household_id=centre, kind=kind, taken_at=now, **what)
    for old in mine.order_by("-taken_at", "-pk")[MAX_STEPS:]:
        old.delete()


@transaction.atomic
def clear_canvas(*, request: HttpRequest, household: Mapping[str, Any]) -> None:
    """Forget one's own marks and steps around a household."""
    own = {"user": request.user, "household_id": household["household_id"]}
    marks, _ = CanvasMark.objects.filter(**own).delete()
    steps, _ = CanvasStep.objects.filter(**own).delete()
    record(
        verb="canvas.clear",
        request=request,
        target=f"household:{household['household_id']}",
        target_name=household["name"] or "",
        detail={"marks": marks, "steps": steps},
    )


@transaction.atomic
def unmask(
    *,
    request: HttpRequest,
    household_id: str,
    target: str,
    purpose: str,
    read: Callable[[], list[dict[str, Any]]],
    now: datetime,
) -> list[dict[str, Any]]:
    """
    Read personal cells in the clear; the record says which cells of which rows, never what stood in them.

    :param read: gives the cells, {title, value, place}, from the vault
    :raises UnableToUnmaskError: too many within the hour, nothing there, or the household out of reach
    """
    # One look at a time, so that two at once cannot both be the last that is allowed.
    user = get_user_model().objects.select_for_update(of=("self",)).get(pk=request.user.pk)
    lately = Unmasking.objects.filter(user=user, at__gt=now - timedelta(hours=1)).count()
    if lately >= settings.UNMASK_PER_HOUR:
        raise UnableToUnmaskError(f"一小时内最多查看 {settings.UNMASK_PER_HOUR} 次明文，请稍后再试")
    if not knows_household(household_id):
        raise UnableToUnmaskError("这一户尚未进入名册，请稍后再试")
    cells = read()
    if not cells:
        raise UnableToUnmaskError("源数据中没有可以显示的证件号码、电话或住址")
    why = veil(purpose) or ""
    Unmasking.objects.create(user=user, household_id=household_id, target=target[:300], purpose=why[:300], at=now)
    record(
        verb="person.unmask",
        request=request,
        target=target,
        purpose=why,
        detail={"household": household_id, "cells": [f"{cell['title']} {cell['place']}" for cell in cells]},
    )
    return cells


def merge_households(*, request: HttpRequest, left: str, right: str, reason: str, force: bool, now: datetime) -> int:
    """
    Judge two numbers to be one taxpayer; it takes effect with the next build. Gives the number of the log's record.

    :raises UnableToJudgeError: it conflicts with a standing judgement and `force` is not set
    """
    return _judge(request, compute.merge, "合并", left=left, right=right, reason=reason, force=force, now=now)


def unmerge_households(*, request: HttpRequest, left: str, right: str, reason: str, force: bool, now: datetime) -> int:
    """
    Judge two numbers to be different taxpayers; it takes effect with the next build. Gives the record's number.

    :raises UnableToJudgeError: it conflicts with a standing judgement and `force` is not set
    """
    return _judge(request, compute.unmerge, "拆分", left=left, right=right, reason=reason, force=force, now=now)


@transaction.atomic
def _judge(request: HttpRequest, act: Callable[..., object], word: str, *, left: str, right: str, **rest: Any) -> int:
    reach = Desk.of(request.user, "household.judge")
    for number in (left, right):
        found = reach.snapshot.find_household(number)
        if found is None or not reach.may_see(found):
            raise UnableToJudgeError(f"没有查到“{number}”，或该户不在您的管户范围内")
    rest["reason"] = veil(rest["reason"])
    # Recorded first: a judgement that stands in the journal is never without its record.
    made = record(
        verb="household.judge",
        request=request,
        target=f"registration:{left}",
        target_name=f"{word} {left} {right}",
        purpose=rest["reason"],
        detail={"left": left, "right": right, "force": rest["force"]},
    )
    try:
        act(left, right, by=request.user.get_username(), **rest)
    except compute.JudgementRefusedError as error:
        raise UnableToJudgeError(str(error)) from error
    return made.pk
