"""Real rows of a log lifted out of the database, to be spoilt in memory, and an attacker's means to hide it."""

from copy import deepcopy
from dataclasses import dataclass, field

from yihu.hub.foundation.audit.models import AccessRecord, Leaf, Tile
from yihu.hub.foundation.audit.models.records import COLUMNS
from yihu.hub.foundation.audit.selectors.log import hashes_of, newest_head
from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.merkle import Frontier
from yihu.kit.evidence.notes import Checkpoint, NoteError, Signer, open_checkpoint
from yihu.kit.evidence.tiles import append_leaves
from yihu.kit.evidence.verification import Row


@dataclass
class StoredLog:
    """What an attacker with the database in hand can write: rows with places, tiles, the head, waiting marks."""

    rows_: list[dict]
    tiles: dict
    note: str
    verifier: object
    strays_: list[int] = field(default_factory=list)

    @classmethod
    def lift(cls, verifier):
        """Everything that is stored now."""
        records = AccessRecord.objects.in_bulk()
        rows = [
            {"position": leaf.position, "salt": bytes(records[leaf.record_id].salt)}
            | {name: getattr(records[leaf.record_id], name) for name in COLUMNS}
            for leaf in Leaf.objects.order_by("position")
        ]
        tiles = {(t.digest, t.row, t.number): bytes(t.content) for t in Tile.objects.all()}
        return cls(rows, tiles, newest_head().note, verifier)

    def copy(self):
        return StoredLog([dict(r) for r in self.rows_], dict(self.tiles), self.note, self.verifier, [])

    def head(self):
        try:
            return open_checkpoint(self.note, self.verifier)
        except NoteError:
            return None

    def rows(self):
        for row in sorted(self.rows_, key=lambda r: r["position"]):
            yield Row(row["position"], row["id"], hashes(row))

    def tile(self, digest, row, number):
        return self.tiles.get((digest, row, number), b"")

    def strays(self):
        return self.strays_

    def cover_up(self, signer: Signer):
        """Make the tree and the head fit the spoilt rows, with the stolen signing key."""
        self.rows_.sort(key=lambda r: r["position"])
        roots = {}
        for name, digest in DIGESTS.items():
            leaves = [hashes(row)[name] for row in self.rows_]
            self.tiles = {k: v for k, v in self.tiles.items() if k[0] != name}
            made = append_leaves(0, leaves, lambda row, number: b"", digest)
            self.tiles |= {(name, *place): content for place, content in made.items()}
            frontier = Frontier(digest)
            for leaf in leaves:
                frontier.append(leaf)
            roots[name] = frontier.root()
        self.note = Checkpoint(signer.name, len(self.rows_), time=1_800_000_000, **roots).signed(signer)


_known: dict = {}


def hashes(row):
    """Leaf hashes, kept for rows nobody touched."""
    values = {k: v for k, v in row.items() if k not in {"position", "salt"}}
    key = repr((sorted(values.items()), row["salt"]))
    if key not in _known:
        _known[key] = hashes_of(deepcopy(values), row["salt"])
    return _known[key]
