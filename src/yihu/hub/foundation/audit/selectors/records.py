"""Searching the records: newest first, a page at a time from where the last one ended, never counted."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from yihu.hub.foundation.audit.choices import ACTS, verb_title
from yihu.hub.foundation.audit.models import AccessRecord, Archive, ArchivedLeaf, KnownObject, Leaf, Pending

MOST_OBJECTS = 200
MOST_WAITING = 2_000


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What to look for; empty means any. Days are inclusive and local."""

    actor: str = ""
    thing: str = ""
    act: str = ""
    purpose: str = ""
    channel: str = ""
    office: str = ""
    start: date | None = None
    end: date | None = None


def list_records(wanted: RecordFilter) -> QuerySet[AccessRecord]:
    """Records, newest first."""
    records = AccessRecord.objects.order_by("-at", "-id")
    if wanted.actor:
        records = records.filter(actor_username__in=_usernames(wanted.actor))
    if wanted.thing:
        records = records.filter(_about(wanted.thing))
    if wanted.act:
        records = records.filter(verb__in=[v for v in known_verbs() if v.endswith(f".{wanted.act}")])
    if wanted.purpose:
        records = records.filter(purpose__contains=wanted.purpose)
    if wanted.channel:
        records = records.filter(channel=wanted.channel)
    if wanted.office:
        records = records.filter(Q(office_code=wanted.office) | Q(office_name=wanted.office))
    if wanted.start:
        records = records.filter(at__gte=_midnight(wanted.start))
    if wanted.end:
        records = records.filter(at__lt=_midnight(wanted.end + timedelta(days=1)))
    return records


def page_of(
    records: QuerySet[AccessRecord], size: int, after: tuple[datetime, int] | None
) -> tuple[list[AccessRecord], bool]:
    """One page that follows a (time, number), and whether more follows."""
    if after is not None:
        at, number = after
        records = records.filter(at__lte=at).exclude(at=at, id__gte=number)
    found = list(records[: size + 1])
    return found[:size], len(found) > size


def find_record(number: int) -> AccessRecord | None:
    return AccessRecord.objects.filter(pk=number).first()


def place_of(record_id: int) -> int | None:
    """The record's place in the log, from 0; None while it waits."""
    return Leaf.objects.filter(record_id=record_id).values_list("position", flat=True).first()


def where_archived(record_id: int) -> Archive | None:
    """The sealed file that holds a record taken out of the table."""
    found = ArchivedLeaf.objects.select_related("archive").filter(record_id=record_id).first()
    return found.archive if found else None


def known_verbs() -> list[str]:
    """Every verb that occurs, by jumps along the index rather than a scan."""
    return _distinct("verb")


def known_acts() -> list[tuple[str, str]]:
    """The acts that occur, as (act, Chinese)."""
    acts = {verb.rpartition(".")[2] for verb in known_verbs()}
    return sorted(((act, ACTS.get(act, verb_title(act))) for act in acts), key=lambda a: a[1])


def _usernames(actor: str) -> list[str]:
    """The accounts meant: an account as such, and those that bore the name lately or long ago."""
    names = _distinct("actor_username")
    if actor in names:
        return [actor]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u FROM unnest(%s::text[]) u WHERE EXISTS (SELECT 1 FROM audit_accessrecord r"
            " WHERE r.actor_username = u AND r.actor_name = %s)",
            [names, actor],
        )
        return [name for (name,) in cursor.fetchall()]


def _about(thing: str) -> Q:
    """A target, a number of one, or a part of a name."""
    if ":" in thing:
        return Q(target=thing)
    kinds = ("household", "registration", "person", "account", "batch", "snapshot", "source-row")
    named = KnownObject.objects.filter(Q(name__contains=thing) | Q(target__endswith=thing))
    targets = set(named.values_list("target", flat=True)[:MOST_OBJECTS])
    waiting = AccessRecord.objects.filter(pk__in=Pending.objects.values("record_id")[:MOST_WAITING])
    targets |= set(waiting.filter(target_name__contains=thing).values_list("target", flat=True))
    return Q(target__in=sorted(targets | {f"{kind}:{thing}" for kind in kinds}))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _distinct(column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE t AS ((SELECT {column} AS v FROM audit_accessrecord ORDER BY {column} LIMIT 1) UNION ALL"
            f" SELECT (SELECT {column} FROM audit_accessrecord WHERE {column} > t.v ORDER BY {column} LIMIT 1)"
            " FROM t WHERE t.v IS NOT NULL) SELECT v FROM t WHERE v IS NOT NULL"
        )
        return [value for (value,) in cursor.fetchall()]
