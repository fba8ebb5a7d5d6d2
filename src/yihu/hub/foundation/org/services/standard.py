"""The shipped duties, brought into the tables."""

from datetime import date

from django.db import transaction

from yihu.hub.foundation.org.catalogue import ShippedDuty, shipped_duties
from yihu.hub.foundation.org.models import Duty, DutyPermission


@transaction.atomic
def load_standard_duties(*, today: date) -> int:
    """
    Make the shipped duties that are missing, give them shipped permissions they never had, and say how many.

    What a security administrator has withdrawn has a row with an end, and stays withdrawn.
    """
    duties = {d.code: d for d in Duty.objects.filter(is_standard=True)}
    Duty.objects.bulk_create(
        [_new(shipped, today) for shipped in shipped_duties() if shipped.code not in duties], ignore_conflicts=True
    )
    duties = {d.code: d for d in Duty.objects.filter(is_standard=True)}
    ever = set(DutyPermission.objects.filter(duty__is_standard=True).values_list("duty__code", "permission"))
    fresh = [
        DutyPermission(duty=duties[shipped.code], permission=permission, valid_from=today)
        for shipped in shipped_duties()
        for permission in shipped.permissions
        if (shipped.code, permission) not in ever
    ]
    DutyPermission.objects.bulk_create(fresh)
    return len(fresh)


def _new(shipped: ShippedDuty, today: date) -> Duty:
    return Duty(
        code=shipped.code,
        name=shipped.code.label,
        family=shipped.family,
        scope_rule=shipped.scope_rule,
        clearance=shipped.clearance,
        is_standard=True,
        valid_from=today,
    )
