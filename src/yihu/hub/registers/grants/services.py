"""The verbs: an approved case writes one row, in the transaction of the approval."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from yihu.hub.base.access import decide
from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User
from yihu.hub.registers.grants.choices import EntryState, QuotaKind
from yihu.hub.registers.grants.models import Decided, InvoiceQuota, RegistrationChange, TaxDeferral
from yihu.hub.registers.taxpayers.api import find_taxpayer

MONTHS = 3


class UnableToGrantError(UnableTo):
    """
    GRT-001 unknown taxpayer or out of reach, 002 the amount, 003 the days, 004 longer than the law allows, 005 granted
    before, 006 entered already.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code


@transaction.atomic
def grant_quota(
    *, number: str, kind: QuotaKind, amount: Decimal, case_number: str, actor: User | None, now: datetime
) -> InvoiceQuota:
    """
    A quota from today on; a standing one ends the one before, a temporary one ends with the month.

    :raises UnableToGrantError: GRT-001, GRT-002
    """
    taxpayer = _taxpayer(number)
    if amount <= 0:
        raise UnableToGrantError("GRT-002", "核定额度必须大于 0 元")
    today = timezone.localdate(now)
    before = InvoiceQuota.objects.select_for_update().filter(number=number, kind=QuotaKind.STANDING, valid_to=None)
    last = before.first()
    valid_to = None
    if kind == QuotaKind.STANDING:
        before.update(valid_to=today)
    else:
        valid_to = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    made = InvoiceQuota.objects.create(
        number=number, taxpayer_name=taxpayer.name, case_number=case_number, decided_by=actor, decided_at=now,
        kind=kind, amount=amount, previous_amount=last.amount if last else None, valid_from=today, valid_to=valid_to,
    )  # fmt: skip
    _write("quota.make", made, actor, {"amount": made.amount, "valid_from": made.valid_from, "valid_to": valid_to})
    return made


@transaction.atomic
def grant_deferral(
    *, number: str, tax_name: str, period: tuple[date, date], amount: Decimal, due_date: date, deferred_to: date,
    case_number: str, actor: User | None, now: datetime,
) -> TaxDeferral:  # fmt: skip
    """
    A tax of a period may be paid later.

    :raises UnableToGrantError: GRT-001 to GRT-005
    """
    taxpayer = _taxpayer(number)
    if amount <= 0:
        raise UnableToGrantError("GRT-002", "延期税额必须大于 0 元")
    if deferred_to <= due_date or period[1] < period[0]:
        raise UnableToGrantError("GRT-003", "延期期限须晚于原缴款期限，所属期止不得早于所属期起")
    if deferred_to > months_after(due_date, MONTHS):
        raise UnableToGrantError(
            "GRT-004", f"延期最长 {MONTHS} 个月（征管法第三十一条），最晚至 {months_after(due_date, MONTHS)}"
        )
    if TaxDeferral.objects.filter(
        number=number, tax_name=tax_name, period_start=period[0], period_end=period[1]
    ).exists():
        raise UnableToGrantError(
            "GRT-005", f"{tax_name} {period[0]} 至 {period[1]} 已批准过延期，同一笔税款不得再次延期"
        )
    made = TaxDeferral.objects.create(
        number=number, taxpayer_name=taxpayer.name, case_number=case_number, decided_by=actor, decided_at=now,
        tax_name=tax_name, period_start=period[0], period_end=period[1], amount=amount, due_date=due_date,
        deferred_to=deferred_to,
    )  # fmt: skip
    _write("deferral.make", made, actor, {"amount": amount, "valid_from": due_date, "valid_to": deferred_to})
    return made


@transaction.atomic
def record_change(
    *, number: str, changes: Sequence[dict[str, str]], changed_date: date, case_number: str, actor: User | None,
    now: datetime,
) -> RegistrationChange:  # fmt: skip
    """
    An approved change of registration, waiting to be entered in the system of record.

    :raises UnableToGrantError: GRT-001
    """
    taxpayer = _taxpayer(number)
    made = RegistrationChange.objects.create(
        number=number, taxpayer_name=taxpayer.name, case_number=case_number, decided_by=actor, decided_at=now,
        changes=list(changes), changed_date=changed_date,
    )  # fmt: skip
    _write("registration-change.make", made, actor, {"titles": [c["title"] for c in changes]})
    return made


@transaction.atomic
def enter_change(*, change: RegistrationChange, receipt: str, actor: User, now: datetime) -> RegistrationChange:
    """
    Somebody has entered the change in the system of record, which answered with a receipt.

    :raises UnableToGrantError: GRT-001, GRT-006
    """
    found = RegistrationChange.objects.select_for_update().filter(pk=change.pk).first()
    taxpayer = find_taxpayer(found.number) if found else None
    if found is None or taxpayer is None or not decide(actor, "grants.enter", taxpayer):
        raise UnableToGrantError("GRT-001", "没有这项变更，或该户不在您的管辖范围内")
    if found.state == EntryState.ENTERED:
        raise UnableToGrantError("GRT-006", f"已由他人写入，回执号 {found.entry_receipt}")
    found.state, found.entered_by, found.entered_at, found.entry_receipt = EntryState.ENTERED, actor, now, receipt[:60]
    found.save(update_fields=["state", "entered_by", "entered_at", "entry_receipt"])
    _write("registration-change.enter", found, actor, {"number": receipt})
    return found


def months_after(day: date, months: int) -> date:
    """The same day some months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _taxpayer(number: str) -> Any:
    found = find_taxpayer(number)
    if found is None:
        raise UnableToGrantError("GRT-001", f"名册里没有识别号 {number}，或不在您的管辖范围内")
    return found


def _write(verb: str, row: Decided, actor: User | None, detail: dict[str, Any]) -> None:
    who = {"actor": actor} if actor is not None else {"username": "系统"}
    record(
        verb=verb, request=current_request(), target=f"taxpayer:{row.number}", target_name=row.taxpayer_name,
        detail={**detail, "case": row.case_number}, **who,
    )  # fmt: skip
