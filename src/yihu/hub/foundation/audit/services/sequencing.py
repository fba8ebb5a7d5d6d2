"""
Taking committed records into the tree.

Writers only insert; nobody waits for a place in the log. One integrator at a time takes what has been committed,
in the order of record numbers, gives it the next places and signs the new head, all in one transaction. A record that
commits late is found with the next round, because its mark in `Pending` appears together with it.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.models import AccessRecord, Head, KnownObject, Leaf, Pending, Tile
from yihu.hub.foundation.audit.selectors.log import newest_head, read_tile
from yihu.hub.foundation.audit.services.keys import signer
from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.leaves import leaf_hashes
from yihu.kit.evidence.merkle import root
from yihu.kit.evidence.notes import Checkpoint
from yihu.kit.evidence.tiles import append_leaves, node_reader

BATCH = 2_000
LOCK = 7_265_001
KEPT_APART = timedelta(minutes=1)
MOST_ROUNDS = 10_000


class UnableToIntegrateError(UnableTo):
    """What is stored contradicts itself or what was known before; nothing may be added on top."""


def integrate_all(*, now: datetime) -> int:
    """Integrate until nothing committed waits; says how many records were taken."""
    taken = 0
    for _ in range(MOST_ROUNDS):
        part = integrate(now=now)
        taken += part
        if part < BATCH:
            break
    return taken


def integrate(*, now: datetime, limit: int = BATCH) -> int:
    """
    Take up to `limit` waiting records into the tree, and say how many.

    :raises UnableToSignError: the signing key is missing
    :raises UnableToIntegrateError: the log was cut or set back
    """
    if not Pending.objects.exists():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        size = _sound_size()
        waiting = list(Pending.objects.order_by("record_id").values_list("record_id", flat=True)[:limit])
        found = AccessRecord.objects.in_bulk(waiting)
        records = [found[number] for number in waiting if number in found]
        if not records:
            return 0
        head = _append(size, records, now)
    _remember(head)
    return len(records)


def _sound_size() -> int:
    head = newest_head()
    size = head.size if head else 0
    last = Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    if (-1 if last is None else last) != size - 1:
        raise UnableToIntegrateError(f"日志检查点为 {size} 条，已入树 {0 if last is None else last + 1} 条，两者不符")
    known = remembered_size()
    if known > size:
        raise UnableToIntegrateError(f"日志被退回：曾签署 {known} 条，现只有 {size} 条。请先核验，勿再写入")
    return size


def _append(size: int, records: list[AccessRecord], now: datetime) -> Checkpoint:
    hashes = [leaf_hashes(r.leaf()) for r in records]
    Leaf.objects.bulk_create([Leaf(position=size + i, record_id=r.pk) for i, r in enumerate(records)])
    grown = size + len(records)
    roots = {name: _grow(name, size, [h[name] for h in hashes]) for name in DIGESTS}
    key = signer(now=now)
    head = Checkpoint(key.name, grown, time=int(now.timestamp()), **roots)
    _put_head(head.size, head.signed(key), now)
    Pending.objects.filter(pk__in=[r.pk for r in records]).delete()
    objects = {(r.target, r.target_name) for r in records if r.target_name}
    KnownObject.objects.bulk_create([KnownObject(target=t, name=n) for t, n in sorted(objects)], ignore_conflicts=True)
    return head


def _grow(name: str, size: int, leaves: list[bytes]) -> bytes:
    """Store the tiles that change; the root of the grown tree."""
    digest = DIGESTS[name]
    changed = append_leaves(size, leaves, lambda row, number: read_tile(name, row, number), digest)
    Tile.objects.bulk_create(
        [Tile(digest=name, row=row, number=number, content=content) for (row, number), content in changed.items()],
        update_conflicts=True,
        unique_fields=["digest", "row", "number"],
        update_fields=["content"],
    )
    node = node_reader(
        lambda row, number: changed.get((row, number)) or read_tile(name, row, number),
        digest,
    )
    return root(size + len(leaves), node, digest)


def _put_head(size: int, note: str, now: datetime) -> None:
    """Heads closer than a minute to the one kept before them give way, so that a busy log keeps one a minute."""
    last = list(Head.objects.order_by("-size")[:2])
    Head.objects.create(size=size, note=note, signed_at=now)
    if len(last) == 2 and last[0].signed_at - last[1].signed_at < KEPT_APART:
        last[0].delete()


def _memory() -> Path:
    return Path(settings.AUDIT_DIRECTORY) / "newest-head"


def remembered_size() -> int:
    """The size of the newest head this machine signed, kept outside the database: a database set back is noticed."""
    try:
        return Checkpoint.parse(_memory().read_text("utf-8")).size
    except (OSError, ValueError):
        return 0


def _remember(head: Checkpoint) -> None:
    path = _memory()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(head.text, "utf-8")
    aside.replace(path)
