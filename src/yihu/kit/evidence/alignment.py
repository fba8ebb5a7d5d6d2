"""Where a list of leaf hashes departs from the list it should be: changed, missing, inserted, reordered, cut off."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What was done to the log."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    ROLLED_BACK = "rolled-back"
    REWRITTEN = "rewritten"
    HASH_CHANGED = "hash-changed"
    HEAD_FORGED = "head-forged"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at sequence numbers `first` to `last`; `record` is a record's own number where that is known."""

    kind: Kind
    first: int
    last: int
    record: int | None = None
    note: str = ""


def align(expected: Sequence[bytes], found: Sequence[bytes]) -> list[Fault]:
    """
    Faults of `found` against `expected`, in order; places are those of `expected`, where an insertion stands before.

    The first fault is exact. After several in one stretch a later one may bear another name, but is never left out.
    """
    place = {value: i for i, value in enumerate(expected)}
    present = Counter(found)
    faults: list[Fault] = []
    i = j = 0
    while i < len(expected) and j < len(found):
        if expected[i] == found[j]:
            i, j = i + 1, j + 1
            continue
        skip = _surplus(found, j, expected[i], place, present)
        gap = _gap(expected, i, found[j], place, present)
        if skip:
            faults.append(Fault(Kind.INSERTED, i, i))
            j += skip
        elif gap:
            faults.append(Fault(Kind.MISSING, i, i + gap - 1))
            i += gap
        else:
            faults.append(Fault(Kind.REORDERED if found[j] in place else Kind.CHANGED, i, i))
            i, j = i + 1, j + 1
    if i < len(expected):
        faults.append(Fault(Kind.TRUNCATED, i, len(expected) - 1))
    elif j < len(found):
        faults.append(Fault(Kind.INSERTED, i, i + len(found) - j - 1))
    return merged(faults)


def _surplus(found: Sequence[bytes], j: int, wanted: bytes, place: dict[bytes, int], present: Counter[bytes]) -> int:
    """How many of the next found hashes belong nowhere (or stand elsewhere too) before the wanted one comes."""
    k = j
    while k < len(found) and found[k] != wanted:
        if found[k] in place and present[found[k]] < 2:
            return 0
        k += 1
    return k - j if k < len(found) else 0


def _gap(expected: Sequence[bytes], i: int, value: bytes, place: dict[bytes, int], present: Counter[bytes]) -> int:
    """How many expected hashes are gone before the found one comes."""
    until = place.get(value, -1)
    return until - i if until > i and not any(present[expected[k]] for k in range(i, until)) else 0


def merged(faults: Sequence[Fault]) -> list[Fault]:
    """Neighbouring faults of one kind as one."""
    result: list[Fault] = []
    for fault in faults:
        last = result[-1] if result else None
        if last and (last.kind, last.record, last.last + 1) == (fault.kind, fault.record, fault.first):
            result[-1] = replace(last, last=fault.last)
        else:
            result.append(fault)
    return result
