"""Reading the access record."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from yihu.hub.foundation.audit.models import AccessRecord


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What to look for; empty means any. Days are inclusive."""

    actor: str = ""
    thing: str = ""
    act: str = ""
    start: date | None = None
    end: date | None = None


def list_records(wanted: RecordFilter) -> QuerySet[AccessRecord]:
    """Records, newest first."""
    records = AccessRecord.objects.all()
    if wanted.actor:
        records = records.filter(Q(actor_username=wanted.actor) | Q(actor_name=wanted.actor))
    if wanted.thing:
        records = records.filter(Q(target__contains=wanted.thing) | Q(target_name__contains=wanted.thing))
    if wanted.act:
        records = records.filter(verb__endswith=f".{wanted.act}")
    if wanted.start:
        records = records.filter(at__date__gte=wanted.start)
    if wanted.end:
        records = records.filter(at__date__lte=wanted.end)
    return records
