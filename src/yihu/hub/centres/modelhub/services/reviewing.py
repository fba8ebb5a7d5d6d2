"""From draft to shadow: sent by one person, agreed to or rejected by another."""

from datetime import datetime
from typing import Any

from django.db import transaction

from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import ModelState
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.services.refusals import UnableToDecideError
from yihu.hub.centres.modelhub.services.registering import record_step, refuse_changed
from yihu.hub.centres.modelhub.services.telling import ask_for_review, end_review

SHORTEST = 4


def took_part(version: ModelVersion, actor: Any) -> bool:
    """Whether somebody trained or sent a model and so may not decide on it."""
    return actor.pk in {version.trained_by, version.submitted_by}


@transaction.atomic
def submit(*, version: ModelVersion, note: str, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Send a draft for review.

    :raises UnableToDecideError: MODEL-C04 no draft, C07 no word on why, C08 its files were changed
    """
    locked = expected(version, ModelState.DRAFT, "送审")
    said = _said(note, "送审说明：为什么要换成这一版")
    refuse_changed(locked)
    locked.state, locked.submit_note = ModelState.IN_REVIEW, said
    locked.submitted_by, locked.submitted_name, locked.submitted_at = actor.pk, actor.display_name, now
    locked.save()
    record_step("submit", locked, actor, request, ModelState.DRAFT, reason=said)
    ask_for_review(locked, sender=actor, now=now)


@transaction.atomic
def approve(*, version: ModelVersion, note: str, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Let a model score in the shadow from the next build on; it changes no list.

    :raises UnableToDecideError: MODEL-C04 not in review, C05 the actor took part, C06 another is in the shadow,
        C08 its files were changed
    """
    locked = expected(version, ModelState.IN_REVIEW, "审核")
    refuse_participant(locked, actor)
    refuse_changed(locked)
    other = ModelVersion.objects.filter(state=ModelState.SHADOW).first()
    if other is not None:
        raise UnableToDecideError(f"{other}正在影子运行，一次只比较一个；请先启用或撤下它（MODEL-C06）")
    locked.state = ModelState.SHADOW
    _reviewed(locked, note, actor, now)
    record_step("approve", locked, actor, request, ModelState.IN_REVIEW, reason=locked.review_note)
    end_review(locked, verdict="同意进入影子", note=locked.review_note, actor=actor, now=now)
    shadow(locked, actor=actor, now=now, reason=locked.review_note)


@transaction.atomic
def reject(*, version: ModelVersion, note: str, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Reject a model, with a reason; it never scores.

    :raises UnableToDecideError: MODEL-C04 not in review, C05 the actor took part, C07 no reason
    """
    locked = expected(version, ModelState.IN_REVIEW, "驳回")
    refuse_participant(locked, actor)
    said = _said(note, "驳回的原因")
    locked.state = ModelState.REJECTED
    _reviewed(locked, said, actor, now)
    record_step("reject", locked, actor, request, ModelState.IN_REVIEW, reason=said)
    end_review(locked, verdict="驳回", note=said, actor=actor, now=now)


def expected(version: ModelVersion, state: ModelState, act: str) -> ModelVersion:
    """
    The version, locked, in a state.

    :raises UnableToDecideError: MODEL-C04, it is in another
    """
    locked = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != state:
        raise UnableToDecideError(
            f"{locked}现在是“{locked.get_state_display()}”，不能{act}；请刷新页面看最新状态（MODEL-C04）"
        )
    return locked


def refuse_participant(version: ModelVersion, actor: Any) -> None:
    """:raises UnableToDecideError: MODEL-C05, the actor trained or sent it"""
    if took_part(version, actor):
        raise UnableToDecideError(f"{version}由您训练或送审，须由另一人决定（MODEL-C05）")


def needed_reason(text: str, what: str) -> str:
    """:raises UnableToDecideError: MODEL-C07, too short"""
    return _said(text, what)


def shadow(version: ModelVersion | None, *, actor: Any, now: datetime, reason: str) -> None:
    """
    Tell the analytical side which model scores in the shadow; the last step of a transaction.

    :raises UnableToDecideError: MODEL-C08, it refuses
    """
    try:
        compute.set_challenger(version.model_id if version else None, by=actor.get_username(), at=now, reason=reason)
    except (compute.ModelError, compute.NoModelError) as error:
        raise UnableToDecideError(f"{error}（MODEL-C08）") from error


def _said(text: str, what: str) -> str:
    said = text.strip()
    if len(said) < SHORTEST:
        raise UnableToDecideError(f"请写明{what}，至少 {SHORTEST} 个字（MODEL-C07）")
    return said[:500]


def _reviewed(version: ModelVersion, note: str, actor: Any, now: datetime) -> None:
    version.reviewed_by, version.reviewed_name, version.reviewed_at = actor.pk, actor.display_name, now
    version.review_note = note.strip()[:500]
    version.save()
