"""Exceptions for one taxpayer: proposed by one person, confirmed by another, ended at any time."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from yihu.hub.base.access import decide
from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.rules.choices import SuppressionState
from yihu.hub.centres.rules.models import DecisionTable, Suppression
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.taxpayers.api import find_taxpayer

MAX_DAYS = 366


class UnableToSuppressError(UnableTo):
    """The exception cannot be made, confirmed or ended (RULES-S01…S06)."""


@transaction.atomic
def propose(
    *,
    table: DecisionTable,
    rule_id: str,
    taxpayer_number: str,
    reason: str,
    valid_from: date,
    valid_to: date,
    actor: Any,
    now: datetime,
    request: Any = None,
) -> Suppression:
    """
    Propose that a rule, or the whole table (`rule_id` empty), does not apply to a taxpayer for a while.

    :raises UnableToSuppressError: RULES-S01 out of reach, S02 no reason, S03 days, S06 unknown rule
    """
    taxpayer = find_taxpayer(taxpayer_number)
    if taxpayer is None or not decide(actor, "rules.suppress", taxpayer):
        raise UnableToSuppressError(f"没有识别号 {taxpayer_number}，或不在您的管辖范围内（RULES-S01）")
    if len(reason.strip()) < 4:
        raise UnableToSuppressError("请写明豁免的理由，至少 4 个字（RULES-S02）")
    if not localdate(now) <= valid_from < valid_to or (valid_to - valid_from).days > MAX_DAYS:
        raise UnableToSuppressError(f"豁免从今天或以后起，须有到期日，最长 {MAX_DAYS} 天（RULES-S03）")
    made = Suppression.objects.create(
        table=table, rule_id=rule_id, taxpayer_number=taxpayer.number, taxpayer_name=taxpayer.name,
        reason=reason.strip()[:500], valid_from=valid_from, valid_to=valid_to,
        proposed_by=actor.pk, proposed_name=actor.display_name, proposed_at=now,
    )  # fmt: skip
    _record("propose", made, actor, request)
    return made


@transaction.atomic
def judge(
    *, suppression: Suppression, agree: bool, note: str, actor: Any, now: datetime, request: Any = None
) -> Suppression:
    """
    Confirm or refuse what another person proposed.

    :raises UnableToSuppressError: RULES-S01 out of reach, S04 the proposer, S05 not waiting or over, S02 no word on why
    """
    locked = _locked(suppression, actor)
    if locked.state != SuppressionState.PROPOSED:
        raise UnableToSuppressError(f"这项豁免现在是“{locked.get_state_display()}”，不用复核（RULES-S05）")
    if locked.proposed_by == actor.pk:
        raise UnableToSuppressError("豁免由您提出，须由另一人复核（RULES-S04）")
    if agree and locked.valid_to <= localdate(now):
        raise UnableToSuppressError("这项豁免在复核前已到期，请重新提出（RULES-S05）")
    if not agree and not note.strip():
        raise UnableToSuppressError("不同意要写明原因（RULES-S02）")
    locked.state = SuppressionState.CONFIRMED if agree else SuppressionState.REFUSED
    locked.confirmed_by, locked.confirmed_name, locked.confirmed_at = actor.pk, actor.display_name, now
    locked.note = note.strip()[:500]
    locked.save()
    _record("confirm" if agree else "reject", locked, actor, request)
    return locked


@transaction.atomic
def end(*, suppression: Suppression, note: str, actor: Any, now: datetime, request: Any = None) -> Suppression:
    """
    End an exception before its day; the proposer may take back what waits.

    :raises UnableToSuppressError: RULES-S01 out of reach, S02 no reason, S05 it is over
    """
    locked = _locked(suppression, actor)
    if locked.state not in (SuppressionState.CONFIRMED, SuppressionState.PROPOSED):
        raise UnableToSuppressError(f"这项豁免现在是“{locked.get_state_display()}”，不用终止（RULES-S05）")
    if not note.strip():
        raise UnableToSuppressError("终止要写明原因（RULES-S02）")
    locked.state, locked.note = SuppressionState.ENDED, note.strip()[:500]
    locked.save(update_fields=["state", "note"])
    _record("end", locked, actor, request)
    return locked


def _locked(suppression: Suppression, actor: Any) -> Suppression:
    found = (
        Suppression.objects.select_for_update(of=("self",)).select_related("table").filter(pk=suppression.pk).first()
    )
    taxpayer = find_taxpayer(found.taxpayer_number) if found is not None else None
    if found is None or taxpayer is None or not decide(actor, "rules.suppress", taxpayer):
        raise UnableToSuppressError("没有这项豁免，或不在您的管辖范围内（RULES-S01）")
    return found


def _record(act: str, made: Suppression, actor: Any, request: Any) -> None:
    record(
        verb=f"suppression.{act}", request=request, actor=actor, target=f"taxpayer:{made.taxpayer_number}",
        target_name=made.taxpayer_name, purpose=made.reason,
        detail={
            "table": made.table.name, "rule": made.rule_id or "整张表", "valid_from": made.valid_from,
            "valid_to": made.valid_to, "state": made.get_state_display(), "note": made.note,
        },
    )  # fmt: skip
