"""From draft to published by a second person; shadow runs; retiring."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.models import TableVersion
from yihu.hub.centres.rules.services.drafting import locked_version
from yihu.hub.foundation.audit.api import record
from yihu.kit.findings import Severity


class UnableToReviewError(UnableTo):
    """The step is not open in this state or not to this person (RULES-P01…P07)."""


def took_part(version: TableVersion, actor: Any) -> bool:
    """Whether somebody drafted or sent a version and so may not publish it."""
    return actor.pk in {version.created_by, version.submitted_by}


@transaction.atomic
def submit(*, version: TableVersion, accepts_flags: bool, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Send a draft for review.

    :raises UnableToReviewError: RULES-P01 no draft, P02 it cannot run or rules contradict each other, P03 findings that
        nobody has acknowledged, P04 no word on what it changes
    """
    locked = _expected(version, VersionState.DRAFT, "送审")
    grave = [one for one in locked.findings if one["severity"] == Severity.REJECT]
    if grave:
        raise UnableToReviewError(f"还不能送审：{grave[0]['message']}共 {len(grave)} 处须先改正（RULES-P02）")
    flags = [one for one in locked.findings if one["severity"] == Severity.FLAG]
    if flags and not accepts_flags:
        raise UnableToReviewError(
            f"分析发现 {len(flags)} 处须留意，例如：{flags[0]['message']}请改正，或勾选“已核对”后再送审（RULES-P03）"
        )
    if not locked.change_note.strip():
        raise UnableToReviewError("请先写明修改说明，审核人才知道改了什么（RULES-P04）")
    locked.state, locked.submitted_by, locked.submitted_at = VersionState.IN_REVIEW, actor.pk, now
    locked.review_note = ""
    locked.save()
    _record("submit", locked, actor, request, VersionState.DRAFT)


@transaction.atomic
def publish(*, version: TableVersion, actor: Any, now: datetime, note: str = "", request: Any = None) -> None:
    """
    Publish what another person drafted and sent; from then on it cannot be changed. Its shadow run ends.

    :raises UnableToReviewError: RULES-P01 not in review, P05 the reviewer took part in it, P06 its first day is past
    """
    locked = _expected(version, VersionState.IN_REVIEW, "发布")
    _refuse_participant(locked, actor)
    if locked.valid_from < localdate(now):
        raise UnableToReviewError(
            f"施行日期 {locked.valid_from} 已过，已作出的决定不能倒改；请退回，改为今天或以后（RULES-P06）"
        )
    locked.state, locked.shadow = VersionState.PUBLISHED, False
    locked.reviewed_by, locked.reviewed_name, locked.reviewed_at = actor.pk, actor.display_name, now
    locked.review_note = note.strip()[:500]
    locked.save()
    _record("publish", locked, actor, request, VersionState.IN_REVIEW, content_hash=locked.digest)


@transaction.atomic
def send_back(*, version: TableVersion, actor: Any, now: datetime, note: str, request: Any = None) -> None:
    """
    Return what is in review to its author, with a reason.

    :raises UnableToReviewError: RULES-P01 not in review, P05 the reviewer took part, P07 no reason
    """
    locked = _expected(version, VersionState.IN_REVIEW, "退回")
    _refuse_participant(locked, actor)
    if not note.strip():
        raise UnableToReviewError("退回要写明原因，起草人才知道改什么（RULES-P07）")
    locked.state, locked.reviewed_by, locked.reviewed_name = VersionState.DRAFT, actor.pk, actor.display_name
    locked.reviewed_at, locked.review_note = now, note.strip()[:500]
    locked.save()
    _record("send-back", locked, actor, request, VersionState.IN_REVIEW)


@transaction.atomic
def retire(
    *, version: TableVersion, last_day_after: date, actor: Any, now: datetime, note: str, request: Any = None
) -> None:
    """
    Let a published version answer no longer from a day on; earlier ones answer again where there are any.

    :raises UnableToReviewError: RULES-P01 not published, P05 the actor drafted it, P06 the day is past, P07 no reason
    """
    locked = _expected(version, VersionState.PUBLISHED, "停用")
    _refuse_participant(locked, actor)
    if last_day_after < max(localdate(now), locked.valid_from):
        raise UnableToReviewError("停用日期不能早于今天和施行日期（RULES-P06）")
    if not note.strip():
        raise UnableToReviewError("停用要写明原因（RULES-P07）")
    locked.state, locked.valid_to, locked.review_note = VersionState.RETIRED, last_day_after, note.strip()[:500]
    locked.save()
    _record("retire", locked, actor, request, VersionState.PUBLISHED, valid_to=last_day_after)


@transaction.atomic
def set_shadow(*, version: TableVersion, on: bool, actor: Any, request: Any = None) -> None:
    """
    Let a version that is not published answer beside the one in force, or stop that.

    :raises UnableToReviewError: RULES-P01 it is published, P02 it cannot run
    """
    locked = locked_version(version)
    if not locked.is_open:
        raise UnableToReviewError(f"“{locked}”已是“{locked.get_state_display()}”，不用影子运行（RULES-P01）")
    if on and any(one["code"].startswith(("DEC-C", "DEC-S")) for one in locked.findings):
        raise UnableToReviewError("这个版本还不能运行，请先改正分析列出的问题（RULES-P02）")
    locked.shadow = on
    locked.save(update_fields=["shadow"])
    _record("shadow" if on else "end-shadow", locked, actor, request, VersionState(locked.state))


def _expected(version: TableVersion, state: VersionState, act: str) -> TableVersion:
    locked = locked_version(version)
    if locked.state != state:
        raise UnableToReviewError(
            f"“{locked}”现在是“{locked.get_state_display()}”，不能{act}；请刷新页面看最新状态（RULES-P01）"
        )
    return locked


def _refuse_participant(version: TableVersion, actor: Any) -> None:
    if took_part(version, actor):
        raise UnableToReviewError(f"“{version}”由您起草或送审，审核须由另一人进行（RULES-P05）")


def _record(act: str, version: TableVersion, actor: Any, request: Any, before: VersionState, **detail: Any) -> None:
    record(
        verb=f"decision_table.{act}", request=request, actor=actor, target=f"decision_table:{version.table.key}",
        target_name=str(version), before={"state": before.value},
        after={"state": version.state, "note": version.review_note}, detail=detail,
    )  # fmt: skip
