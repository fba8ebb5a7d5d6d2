"""The stored log: its head, tiles, proofs, and the whole of it for verification."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from yihu.hub.foundation.audit.models import AccessRecord, Archive, Head, Tile
from yihu.hub.foundation.audit.models.records import COLUMNS, entry_of
from yihu.hub.foundation.audit.selectors.keys import verifier_in_force
from yihu.kit.evidence.alignment import Fault, Kind
from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.leaves import leaf_bytes, leaf_hashes
from yihu.kit.evidence.merkle import Node, consistency_proof, inclusion_proof
from yihu.kit.evidence.notes import Checkpoint, Note, NoteError, Verifier, open_checkpoint
from yihu.kit.evidence.tiles import node_reader
from yihu.kit.evidence.verification import Row

PART = 2_000
NO_FORM = dict.fromkeys(DIGESTS, b"no canonical form" + bytes(15))


def read_tile(digest: str, row: int, number: int) -> bytes:
    """A stored tile, b"" when there is none."""
    found = Tile.objects.filter(digest=digest, row=row, number=number).values_list("content", flat=True).first()
    return b"" if found is None else bytes(found)


def nodes(digest: str) -> Node:
    """Subtree hashes out of the stored tiles."""
    return node_reader(lambda row, number: read_tile(digest, row, number), DIGESTS[digest])


def newest_head() -> Head | None:
    return Head.objects.order_by("-size").first()


def checkpoint_of(head: Head) -> Checkpoint:
    """
    What a stored head says.

    :raises NoteError: it is malformed
    """
    return Checkpoint.parse(Note.parse(head.note).text)


def inclusion_proofs(position: int, size: int) -> dict[str, list[bytes]]:
    """Audit paths by hash function, out of O(log n) tiles."""
    return {name: inclusion_proof(position, size, nodes(name), digest) for name, digest in DIGESTS.items()}


def consistency_proofs(old: int, new: int) -> dict[str, list[bytes]]:
    """
    Proofs by hash function that the tree of `old` records begins that of `new`.

    :raises IndexError: sizes out of order, or larger than the log
    """
    return {name: consistency_proof(old, new, nodes(name), digest) for name, digest in DIGESTS.items()}


_ROWS = f"""
    SELECT l.position, r.salt, {", ".join(f"r.{c}" for c in COLUMNS)}, l.record_id
      FROM audit_leaf l LEFT JOIN audit_accessrecord r ON r.id = l.record_id
     WHERE l.position >= %s ORDER BY l.position LIMIT {PART}
"""


class DatabaseLog:
    """The log as it lies in the database and, where records were archived, in sealed files."""

    def __init__(self, trusted: Verifier | None = None) -> None:
        self.trusted = trusted
        self.faults: list[Fault] = []
        self._archives: dict[int, dict[int, Any]] = {}

    def head(self) -> Checkpoint | None:
        """The newest head; what is wrong with its signature goes to `faults`."""
        stored = newest_head()
        if stored is None:
            return None
        try:
            key = self.trusted or verifier_in_force()
            return open_checkpoint(stored.note, key) if key else checkpoint_of(stored)
        except NoteError as error:
            self.faults.append(Fault(Kind.HEAD_FORGED, 0, max(0, stored.size - 1), note=str(error)))
            return Checkpoint("", stored.size, b"", b"", 0)

    def rows(self) -> Iterator[Row]:
        archived = _archived()
        after = 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(_ROWS, [after])
                part = cursor.fetchall()
            for values in part:
                after = values[0] + 1
                yield from self._row(values, archived)
            if len(part) < PART:
                return

    def _row(self, values: tuple[Any, ...], archived: dict[int, int]) -> Iterator[Row]:
        position, salt, record_id = values[0], values[1], values[-1]
        if salt is not None:
            yield Row(position, record_id, hashes_of(dict(zip(COLUMNS, values[2:-1], strict=True)), bytes(salt)))
        elif archived.get(position):
            yield Row(position, record_id, self._archived_hashes(archived[position], position))

    def _archived_hashes(self, archive_id: int, position: int) -> dict[str, bytes] | None:
        if archive_id not in self._archives:
            self._archives = {archive_id: read_archive(Archive.objects.get(pk=archive_id)) or {}}
        leaf = self._archives[archive_id].get(position)
        return leaf_hashes(leaf) if leaf is not None else None

    def tile(self, digest: str, row: int, number: int) -> bytes:
        return read_tile(digest, row, number)

    def strays(self) -> Iterable[int]:
        """Records that are in neither the tree nor the waiting list."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.id FROM audit_accessrecord r WHERE NOT EXISTS"
                " (SELECT 1 FROM audit_leaf l WHERE l.record_id = r.id) AND NOT EXISTS"
                " (SELECT 1 FROM audit_pending p WHERE p.record_id = r.id) ORDER BY r.id LIMIT 1000"
            )
            return [number for (number,) in cursor.fetchall()]

    def vanished(self) -> list[int]:
        """Records that waited for the tree and are gone."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.record_id FROM audit_pending p LEFT JOIN audit_accessrecord r ON r.id = p.record_id"
                " WHERE r.id IS NULL ORDER BY 1 LIMIT 1000"
            )
            return [number for (number,) in cursor.fetchall()]


def hashes_of(values: dict[str, Any], salt: bytes) -> dict[str, bytes]:
    """The leaf hashes of a stored row; of one that no honest writer could have written, hashes of nothing."""
    if isinstance(values["detail"], str):
        # A raw cursor gives JSON as text.
        values |= {name: json.loads(values[name]) for name in ("detail", "before", "after")}
    try:
        return leaf_hashes(leaf_bytes(entry_of(values), salt))
    except (TypeError, ValueError):
        return NO_FORM


def _archived() -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, archive_id FROM audit_archivedleaf")
        return dict(cursor.fetchall())


def archive_directory() -> Path:
    return Path(settings.AUDIT_DIRECTORY) / "archive"


def read_archive(archive: Archive) -> dict[int, bytes] | None:
    """Leaves by place from a sealed file; None when it is not here or not the one that was sealed."""
    path = archive_directory() / Path(archive.file).name
    if not path.exists():
        return None
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != archive.sha256:
        return None
    lines = (json.loads(line) for line in gzip.decompress(content).splitlines())
    return {line["position"]: leaf_bytes(line["entry"], bytes.fromhex(line["salt"])) for line in lines}


def count_records() -> int:
    """How many records are kept in the database (exact; a full count)."""
    return AccessRecord.objects.count()
