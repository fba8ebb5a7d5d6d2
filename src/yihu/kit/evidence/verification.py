"""
Checking a whole log against heads that somebody else has kept.

What is stored is compared three ways: records against stored leaf hashes, stored hashes against each other, and both
against the roots of trusted heads. The witness's heads are trusted; the log's own head only says how far it goes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from yihu.kit.evidence.alignment import Fault, Kind, align
from yihu.kit.evidence.digests import DIGESTS, SIZE
from yihu.kit.evidence.merkle import Frontier
from yihu.kit.evidence.notes import Checkpoint
from yihu.kit.evidence.tiles import WIDTH, append_leaves

NAMES = tuple(DIGESTS)


@dataclass(frozen=True, slots=True)
class Row:
    """A record as stored: its place in the log, its own number, its leaf hashes (none when it was archived)."""

    position: int
    record: int
    hashes: dict[str, bytes] | None


class Log(Protocol):
    """A stored log."""

    def head(self) -> Checkpoint | None:
        """Its newest head; None when it has none."""

    def rows(self) -> Iterable[Row]:
        """Records in the order of their places."""

    def tile(self, digest: str, row: int, number: int) -> bytes:
        """A stored tile, b"" when there is none."""

    def strays(self) -> Iterable[int]:
        """Numbers of records that are neither in the tree nor waiting to be."""


@dataclass(slots=True)
class Verdict:
    """What was found. `roots` are those of the records, in hex; `heads` counts the trusted heads compared with."""

    size: int
    archived: int = 0
    heads: int = 0
    witnessed: int = 0
    roots: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    def to_json(self) -> dict[str, Any]:
        return {"ok": self.ok, **asdict(self)}


def verify(log: Log, trusted: Sequence[Checkpoint] = (), progress: Any = None) -> Verdict:
    """
    Find every fault of a log.

    :param trusted: heads that a witness has kept, of any sizes
    :param progress: called with the number of records seen
    """
    head = log.head()
    size = head.size if head else 0
    stored = {name: _stored_leaves(log, name, size) for name in NAMES}
    found, records, archived = _found_leaves(log, stored, progress)
    verdict = Verdict(size, archived, len(trusted), max((t.size for t in trusted), default=0))
    verdict.faults += _rolled_back(size, trusted)
    verdict.faults += _departed(stored, found, records, head, trusted)
    verdict.faults += _upper_tiles(log, stored)
    verdict.faults += [Fault(Kind.INSERTED, size, size, record=number) for number in log.strays()]
    verdict.faults.sort(key=lambda f: (f.first, f.last))
    verdict.roots = {name: _roots(found[name], {len(found[name])}, name)[len(found[name])].hex() for name in NAMES}
    return verdict


def _stored_leaves(log: Log, name: str, size: int) -> list[bytes]:
    leaves: list[bytes] = []
    for number in range(-(-size // WIDTH)):
        content = log.tile(name, 0, number)[: min(WIDTH, size - number * WIDTH) * SIZE]
        leaves += [content[i : i + SIZE] for i in range(0, len(content), SIZE)]
    return leaves


def _found_leaves(
    log: Log, stored: dict[str, list[bytes]], progress: Any
) -> tuple[dict[str, list[bytes]], list[Row], int]:
    found: dict[str, list[bytes]] = {name: [] for name in NAMES}
    rows: list[Row] = []
    archived = 0
    for row in log.rows():
        rows.append(row)
        archived += row.hashes is None
        for name in NAMES:
            kept = stored[name][row.position] if row.position < len(stored[name]) else b""
            found[name].append(kept if row.hashes is None else row.hashes[name])
        if progress and len(rows) % 1000 == 0:
            progress(len(rows))
    return found, rows, archived


def _rolled_back(size: int, trusted: Sequence[Checkpoint]) -> list[Fault]:
    known = max((t.size for t in trusted), default=0)
    return [Fault(Kind.ROLLED_BACK, size, known - 1)] if known > size else []


def _against_stored(stored: dict[str, list[bytes]], found: dict[str, list[bytes]], rows: list[Row]) -> list[Fault]:
    faults = [f for name in NAMES for f in align(stored[name], found[name])]
    if not faults:
        moved = [r for i, r in enumerate(rows) if r.position != i]
        faults = [Fault(Kind.REORDERED, r.position, r.position, record=r.record) for r in moved]
    return list(dict.fromkeys(faults))


def _upper_tiles(log: Log, stored: dict[str, list[bytes]]) -> list[Fault]:
    faults = []
    for name, digest in DIGESTS.items():
        right = append_leaves(0, stored[name], lambda row, number: b"", digest)
        for (row, number), content in right.items():
            if row and log.tile(name, row, number)[: len(content)] != content:
                span = WIDTH ** (row + 1)
                last = min((number + 1) * span, len(stored[name])) - 1
                faults.append(Fault(Kind.HASH_CHANGED, number * span, last, note=f"{name} {row}/{number}"))
    return faults


def _departed(
    stored: dict[str, list[bytes]],
    found: dict[str, list[bytes]],
    rows: list[Row],
    head: Checkpoint | None,
    trusted: Sequence[Checkpoint],
) -> list[Fault]:
    """Records that are not what was hashed; hashes that are not of the records; or both, of another history."""
    differ = _against_stored(stored, found, rows)
    if not differ:
        return _departures(found, head, trusted)
    complete = head is not None and all(len(leaves) == head.size for leaves in found.values())
    if complete and not _departures(found, head, trusted) and not all(f.record for f in differ):
        return [replace(f, kind=Kind.HASH_CHANGED) for f in differ]
    return differ + _departures(stored, head, trusted)


def _departures(leaves: dict[str, list[bytes]], head: Checkpoint | None, trusted: Sequence[Checkpoint]) -> list[Fault]:
    sizes = {t.size for t in trusted} | ({head.size} if head else set())
    roots = {name: _roots(leaves[name], sizes, name) for name in NAMES}
    sound = 0
    for kept in sorted(trusted, key=lambda t: t.size):
        if kept.size not in roots["sha256"]:
            continue
        if _fits(kept, roots):
            sound = max(sound, kept.size)
        else:
            return [Fault(Kind.REWRITTEN, sound, kept.size - 1)]
    if head and head.size in roots["sha256"] and not _fits(head, roots):
        return [Fault(Kind.HEAD_FORGED, sound, max(sound, head.size - 1))]
    return []


def _fits(head: Checkpoint, roots: dict[str, dict[int, bytes]]) -> bool:
    return roots["sha256"][head.size] == head.sha256 and roots["sm3"][head.size] == head.sm3


def _roots(leaves: Sequence[bytes], sizes: set[int], name: str) -> dict[int, bytes]:
    """The roots at the sizes asked for, as far as the leaves go."""
    frontier = Frontier(DIGESTS[name])
    roots = {0: frontier.root()} if 0 in sizes else {}
    for leaf in leaves:
        frontier.append(leaf)
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    return roots


def first_fault(faults: Iterable[Fault]) -> Fault | None:
    """The fault that stands first in the log."""
    ordered: Iterator[Fault] = iter(sorted(faults, key=lambda f: (f.first, f.last)))
    return next(ordered, None)
