"""The verbs of the workbench: keep a view, remember a visit, join and part taxpayers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.taxpayers.api import knows_household
from yihu.hub.subsystems.household import compute
from yihu.hub.subsystems.household.models import SavedView, Visit
from yihu.hub.subsystems.household.selectors import Desk
from yihu.kit.masks import has_personal_number, veil


class UnableToJudgeError(UnableTo):
    """The journal refused a judgement; the message says why in the officer's words."""


class UnableToSaveViewError(UnableTo):
    """The view would keep somebody's number."""


@transaction.atomic
def save_view(*, user: Any, name: str, query: str, now: datetime) -> SavedView:
    """
    Keep the worklist's address under a name; the same name is replaced.

    :raises UnableToSaveViewError: name or filters hold a personal number
    """
    if has_personal_number(name) or has_personal_number(unquote_plus(query)):
        raise UnableToSaveViewError("视图里含有证件号码、电话或账号，请去掉后再保存")
    view, _ = SavedView.objects.update_or_create(
        user=user, name=name, defaults={"query": query.lstrip("?"), "created_at": now}
    )
    return view


@transaction.atomic
def delete_view(*, user: Any, view_id: int) -> None:
    """Forget one of the user's own views; another's is left alone."""
    SavedView.objects.filter(user=user, pk=view_id).delete()


@transaction.atomic
def remember_visit(*, user: Any, household_id: str, now: datetime) -> None:
    """Put a household first among those lately looked at; one the register does not know yet is not remembered."""
    if not knows_household(household_id):
        return
    Visit.objects.update_or_create(user=user, household_id=household_id, defaults={"visited_at": now})


def merge_households(*, request: HttpRequest, left: str, right: str, reason: str, force: bool, now: datetime) -> None:
    """
    Judge two numbers to be one taxpayer; it takes effect with the next build.

    :raises UnableToJudgeError: it conflicts with a standing judgement and `force` is not set
    """
    _judge(request, compute.merge, "合并", left=left, right=right, reason=reason, force=force, now=now)


def unmerge_households(*, request: HttpRequest, left: str, right: str, reason: str, force: bool, now: datetime) -> None:
    """
    Judge two numbers to be different taxpayers; it takes effect with the next build.

    :raises UnableToJudgeError: it conflicts with a standing judgement and `force` is not set
    """
    _judge(request, compute.unmerge, "拆分", left=left, right=right, reason=reason, force=force, now=now)


@transaction.atomic
def _judge(request: HttpRequest, act: Callable[..., object], word: str, *, left: str, right: str, **rest: Any) -> None:
    reach = Desk.of(request.user, "household.judge")
    for number in (left, right):
        found = reach.snapshot.find_household(number)
        if found is None or not reach.may_see(found):
            raise UnableToJudgeError(f"没有查到“{number}”，或该户不在您的管户范围内")
    rest["reason"] = veil(rest["reason"])
    # Recorded first: a judgement that stands in the journal is never without its record.
    record(
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
