"""The verbs of the workbench: keep a view, remember a visit, join and part taxpayers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.subsystems.household import compute
from yihu.hub.subsystems.household.models import SavedView, Visit


class UnableToJudgeError(UnableTo):
    """The journal refused a judgement; the message says why in the officer's words."""


@transaction.atomic
def save_view(*, user: Any, name: str, query: str, now: datetime) -> SavedView:
    """Keep the worklist's address under a name; the same name is replaced."""
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
    """Put a household first among those lately looked at."""
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
