"""Reads. PostgreSQL leaves out rows of taxpayers outside the connection's scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from yihu.hub.registers.grants.choices import QuotaKind
from yihu.hub.registers.grants.models import InvoiceQuota, RegistrationChange, TaxDeferral


@dataclass(frozen=True, slots=True)
class Grants:
    """What was granted to some registrations, the latest first."""

    quotas: tuple[InvoiceQuota, ...]
    deferrals: tuple[TaxDeferral, ...]
    changes: tuple[RegistrationChange, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.quotas or self.deferrals or self.changes)


def list_quotas() -> QuerySet[InvoiceQuota]:
    return InvoiceQuota.objects.select_related("decided_by")


def list_deferrals() -> QuerySet[TaxDeferral]:
    return TaxDeferral.objects.select_related("decided_by")


def list_changes() -> QuerySet[RegistrationChange]:
    return RegistrationChange.objects.select_related("decided_by", "entered_by")


def grants_of(numbers: Iterable[str]) -> Grants:
    """Everything granted to these registrations, at most 200 of each."""
    wanted = list(numbers)
    return Grants(
        tuple(list_quotas().filter(number__in=wanted)[:200]),
        tuple(list_deferrals().filter(number__in=wanted)[:200]),
        tuple(list_changes().filter(number__in=wanted)[:200]),
    )


def quota_on(number: str, day: date) -> Decimal | None:
    """What a taxpayer may issue a month as of a day: the standing quota, or a higher temporary one; None is none."""
    rows = InvoiceQuota.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), number=number, valid_from__lte=day)
    return max((row.amount for row in rows), default=None)


def standing_quota(number: str, day: date) -> Decimal | None:
    """The standing quota alone."""
    rows = InvoiceQuota.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), number=number, kind=QuotaKind.STANDING, valid_from__lte=day
    )
    return rows.values_list("amount", flat=True).first()
