"""Numbers without a gap: the row of a matter's year is locked until the case that takes the number is committed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.spec import Number
from yihu.hub.centres.matters.models import Matter, NumberSeries


def next_number(*, matter: Matter, rule: Number, now: datetime) -> str:
    """
    The next number of a matter in this year, e.g. QJ2026-00001. Inside the transaction that uses it: what is rolled
    back gives its number back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken inside the transaction that uses it")
    year = timezone.localtime(now).year
    NumberSeries.objects.get_or_create(matter=matter, year=year)
    series = NumberSeries.objects.select_for_update().get(matter=matter, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{rule.prefix}{year}-{series.last:0{rule.digits}d}"
