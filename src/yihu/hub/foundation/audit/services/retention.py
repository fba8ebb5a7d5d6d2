"""Records past their time leave the database for a sealed file; their hashes stay, so the tree still stands."""

import gzip
import hashlib
import json
import os
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.choices import DEFAULT_RETENTION_YEARS, RETENTION_YEARS, family_of
from yihu.hub.foundation.audit.models import AccessRecord, Archive, ArchivedLeaf, Leaf
from yihu.hub.foundation.audit.models.records import entry_of
from yihu.hub.foundation.audit.selectors.log import archive_directory
from yihu.hub.foundation.audit.services.recording import record

PART = 20_000


class UnableToArchiveError(UnableTo):
    """Nothing is due."""


def due_records(family: str, now: datetime) -> QuerySet[AccessRecord]:
    """Integrated records of a family whose time is over."""
    years = RETENTION_YEARS.get(family, DEFAULT_RETENTION_YEARS)
    return AccessRecord.objects.filter(verb__startswith=f"{family}.", at__lt=_years_before(now, years))


def archive_family(*, request: HttpRequest, family: str, now: datetime) -> Archive:
    """
    Seal up to `PART` due records of a family into a file, oldest first, and remove them from the table.

    The file is whole on disk before the first row goes; killed in between, it is an orphan and nothing is lost.

    :raises UnableToArchiveError: none is due
    """
    with transaction.atomic():
        records = list(due_records(family, now).order_by("id")[:PART])
        places = dict(Leaf.objects.filter(record_id__in=[r.pk for r in records]).values_list("record_id", "position"))
        records = [r for r in records if r.pk in places]
        if not records:
            raise UnableToArchiveError(f"“{family}”类没有到期的记录")
        content = gzip.compress(b"".join(_line(places[r.pk], r) for r in records), mtime=0)
        digest = hashlib.sha256(content).hexdigest()
        name = f"{family}-{records[0].pk:010d}-{records[-1].pk:010d}-{digest[:12]}.jsonl.gz"
        _write(name, content)
        made = Archive.objects.create(
            file=name, sha256=digest, family=family, until=records[-1].at, count=len(records), sealed_at=now
        )
        ArchivedLeaf.objects.bulk_create(
            [ArchivedLeaf(position=places[r.pk], record_id=r.pk, archive=made) for r in records]
        )
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM audit_accessrecord WHERE id = ANY(%s)", [[r.pk for r in records]])
        record(
            verb="audit.archive",
            request=request,
            target=f"archive:{name}",
            detail={"family": family, "count": len(records), "sha256": digest},
        )
    return made


def families(verbs: list[str]) -> list[tuple[str, int]]:
    """The families that occur, with the years each is kept."""
    names = sorted({family_of(verb) for verb in verbs})
    return [(name, RETENTION_YEARS.get(name, DEFAULT_RETENTION_YEARS)) for name in names]


def _line(position: int, kept: AccessRecord) -> bytes:
    value = {"position": position, "salt": bytes(kept.salt).hex(), "entry": entry_of(kept.__dict__)}
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _write(name: str, content: bytes) -> None:
    folder = archive_directory()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = folder / f".{name}.new"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    aside.replace(folder / name)


def _years_before(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)
