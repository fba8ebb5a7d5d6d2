"""Taking a stretch of the log out, for somebody who verifies it without us."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.audit.models.records import entry_of
from yihu.hub.foundation.audit.selectors.keys import rotations, verifier_in_force
from yihu.hub.foundation.audit.selectors.log import newest_head, nodes
from yihu.hub.foundation.audit.services.recording import record
from yihu.kit.evidence.bundles import Line, write_bundle
from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.leaves import openings
from yihu.kit.evidence.merkle import range_proof

PART = 2_000


class UnableToExportError(UnableTo):
    """There is nothing to export, or what there was is archived."""


def export_log(
    *,
    start: datetime,
    end: datetime,
    out: Path,
    with_personal: bool = False,
    purpose: str = "",
    request: HttpRequest | None = None,
    username: str = "",
    channel: str = "",
) -> int:
    """
    Write the records of a time (start inclusive, end exclusive) with their proof; says how many.

    :param with_personal: also what opens the sealed fields; without it the files name no person and no taxpayer
    :raises UnableToExportError: no integrated record in that time
    """
    with transaction.atomic():
        head, verifier = newest_head(), verifier_in_force()
        found = _stretch(start, end)
        if head is None or verifier is None or found is None:
            raise UnableToExportError("这段时间没有已入链的记录")
        first, last = found
        proofs, leaves = {}, {}
        for name, digest in DIGESTS.items():
            node = nodes(name)
            proofs[name] = range_proof(first, last + 1, head.size, node, digest)
            leaves[name] = [node(0, i) for i in range(first, last + 1)]
        count = write_bundle(
            out, _lines(first, last, with_personal), proofs=proofs, leaf_tiles=leaves, checkpoint=head.note,
            verifier=verifier, rotations=rotations(),
        )  # fmt: skip
        record(
            verb="audit.export", request=request, username=username, channel=channel, purpose=purpose,
            target=f"head:{head.size}",
            detail={"first": first, "last": last, "count": count, "with_personal": with_personal},
        )  # fmt: skip
    if count != last - first + 1:
        raise UnableToExportError("这段时间有记录已归档，请从归档文件取")
    return count


def _stretch(start: datetime, end: datetime) -> tuple[int, int] | None:
    """The places from the first to the last record of the time; between them stand a few of just before and after."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(l.position), max(l.position) FROM audit_leaf l JOIN audit_accessrecord r ON r.id = l.record_id"
            " WHERE r.at >= %s AND r.at < %s",
            [start, end],
        )
        low, high = cursor.fetchone()
    return None if low is None else (low, high)


def _lines(first: int, last: int, with_personal: bool) -> Iterator[Line]:
    for start in range(first, last + 1, PART):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT record_id, position FROM audit_leaf WHERE position BETWEEN %s AND %s ORDER BY position",
                [start, min(start + PART - 1, last)],
            )
            places = cursor.fetchall()
        records = AccessRecord.objects.in_bulk([number for number, _ in places])
        for number, position in places:
            if number in records:
                kept = records[number]
                opened = openings(entry_of(kept.__dict__), bytes(kept.salt)) if with_personal else {}
                yield Line(position, json.loads(kept.leaf()), opened)
