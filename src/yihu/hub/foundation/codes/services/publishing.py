"""From draft to published: sent for review by one person, published or sent back by another."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.codes.choices import MappingState, State
from yihu.hub.foundation.codes.models import CalendarRecord, CodeMapping, Reviewed, TableVersion
from yihu.hub.foundation.codes.services.editing import check_whole


class UnableToPublishError(UnableTo):
    """The step is not open in this state, or not to this person."""


@transaction.atomic
def submit(*, item: Reviewed, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Send a draft for review.

    :raises UnableToPublishError: it is no draft
    :raises UnableToEditError: the tree has a hole or a code is there twice on a day
    """
    locked = _locked(item)
    _expect(locked, State.DRAFT, "送审")
    if isinstance(locked, TableVersion):
        check_whole(locked)
    locked.state, locked.submitted_by, locked.submitted_at, locked.review_note = State.IN_REVIEW, actor.pk, now, ""
    locked.save()
    _record("submit", locked, actor, request, State.DRAFT)


@transaction.atomic
def publish(*, item: Reviewed, actor: Any, now: datetime, note: str = "", request: Any = None) -> None:
    """
    Publish what another person drafted and sent; from then on it cannot be changed.

    :raises UnableToPublishError: not in review, the reviewer took part in it, or the day is taken
    """
    locked = _locked(item)
    _expect(locked, State.IN_REVIEW, "发布")
    _refuse_participant(locked, actor)
    if isinstance(locked, TableVersion):
        _confirm_own_mappings(locked, actor, now)
    locked.state, locked.reviewed_by, locked.reviewed_name = State.PUBLISHED, actor.pk, actor.username
    locked.reviewed_at, locked.review_note = now, note[:500]
    try:
        with transaction.atomic():
            locked.save()
    except IntegrityError as error:
        raise UnableToPublishError(
            f"“{locked}”不能发布：同一施行日期已有已发布的版本，请换施行日期后重新导入"
        ) from error
    _record("publish", locked, actor, request, State.IN_REVIEW, content_hash=locked.content_hash)


@transaction.atomic
def send_back(*, item: Reviewed, actor: Any, now: datetime, note: str, request: Any = None) -> None:
    """
    Return what is in review to its author, with a reason.

    :raises UnableToPublishError: not in review, no reason, or the reviewer took part in it
    """
    locked = _locked(item)
    _expect(locked, State.IN_REVIEW, "退回")
    _refuse_participant(locked, actor)
    if not note.strip():
        raise UnableToPublishError("退回要写明原因，起草人才知道改什么")
    locked.state, locked.reviewed_by, locked.reviewed_name = State.DRAFT, actor.pk, actor.username
    locked.reviewed_at, locked.review_note = now, note.strip()[:500]
    locked.save()
    _record("send-back", locked, actor, request, State.IN_REVIEW)


@transaction.atomic
def discard(*, item: Reviewed, actor: Any, request: Any = None) -> None:
    """
    Throw a draft away.

    :raises UnableToPublishError: it is no draft
    """
    locked = _locked(item)
    _expect(locked, State.DRAFT, "删除")
    _record("discard", locked, actor, request, State.DRAFT)
    if isinstance(locked, TableVersion):
        CodeMapping.objects.filter(from_version=locked).delete()
        CodeMapping.objects.filter(to_version=locked).delete()
    locked.delete()


def took_part(item: Reviewed, actor: Any) -> bool:
    """Whether somebody drafted or sent a thing and so may not review it."""
    return actor.pk in {item.created_by, item.submitted_by} or actor.username == item.created_name


def _confirm_own_mappings(version: TableVersion, actor: Any, now: datetime) -> None:
    """What was derived together with a version is published with it."""
    derived = CodeMapping.objects.filter(from_version=version, to_version=version, state=MappingState.PROPOSED)
    derived.update(state=MappingState.CONFIRMED, confirmed_by=actor.pk, confirmed_name=actor.username, confirmed_at=now)


def _locked(item: Reviewed) -> Any:
    return type(item)._default_manager.select_for_update().get(pk=item.pk)


def _expect(item: Reviewed, state: State, act: str) -> None:
    if item.state != state:
        raise UnableToPublishError(f"“{item}”现在是“{item.get_state_display()}”，不能{act}；请刷新页面看最新状态")


def _refuse_participant(item: Reviewed, actor: Any) -> None:
    if took_part(item, actor):
        raise UnableToPublishError(f"“{item}”由您起草或送审，审核须由另一人进行")


def _record(act: str, item: Reviewed, actor: Any, request: Any, before: State, **detail: Any) -> None:
    thing = "calendar" if isinstance(item, CalendarRecord) else "code_table"
    key = str(item.year) if isinstance(item, CalendarRecord) else item.table.code
    record(
        verb=f"{thing}.{act}",
        request=request,
        actor=actor,
        target=f"{thing}:{key}",
        target_name=str(item),
        before={"state": before.value},
        after={"state": item.state, "note": item.review_note},
        detail=detail,
    )
