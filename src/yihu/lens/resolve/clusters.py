"""Groups from pairwise ties: strongest first, never across a veto, never by one weak bridge between two groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

STRONG = 24.0
"""Match weight (bits) from which a single tie may join two groups that already have several members each."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A reason to hold two records for one; `firm` ties (an officer's) come before all others, in their order."""

    left: str
    right: str
    weight: float
    evidence: str = "[]"
    decided_by: str = "machine"
    firm: bool = False


@dataclass(slots=True)
class Groups:
    """`group` maps every record to the least record of its group; `used` ties joined groups, `refused` ones did not."""

    group: dict[str, str]
    used: list[Tie]
    refused: list[tuple[Tie, str]]


def group_records(records: Iterable[str], ties: Sequence[Tie], forbidden: Iterable[tuple[str, str]]) -> Groups:
    """
    Join records by ties, in order of weight, unless a forbidden pair would come together.

    A tie between two groups of two or more needs the weight `STRONG` or a second tie across; so two taxpayers that are
    each well known do not chain together by one doubtful pair. Pure, and independent of the order of the arguments
    except among officer's ties.
    """
    state = _State(records, ties, forbidden)
    for tie in _ordered(ties):
        state.join(tie)
    return state.groups()


def _ordered(ties: Sequence[Tie]) -> list[Tie]:
    officers = [t for t in ties if t.firm]
    machine = sorted((t for t in ties if not t.firm), key=lambda t: (-t.weight, t.left, t.right))
    return officers + machine


class _State:
    """Union-find whose roots carry members, neighbours by tie and enemies."""

    def __init__(self, records: Iterable[str], ties: Sequence[Tie], forbidden: Iterable[tuple[str, str]]) -> None:
        self.root = {r: r for r in records}
        for tie in ties:
            for end in (tie.left, tie.right):
                self.root.setdefault(end, end)
        self.members: dict[str, list[str]] = {}
        self.enemies: dict[str, set[str]] = {}
        for a, b in forbidden:
            self.enemies.setdefault(a, set()).add(b)
            self.enemies.setdefault(b, set()).add(a)
        self.friends: dict[str, set[str]] = {}
        for tie in ties:
            self.friends.setdefault(tie.left, set()).add(tie.right)
            self.friends.setdefault(tie.right, set()).add(tie.left)
        self.used: list[Tie] = []
        self.refused: list[tuple[Tie, str]] = []

    def find(self, record: str) -> str:
        while (above := self.root[record]) != record:
            self.root[record] = self.root[above]
            record = self.root[record]
        return record

    def of(self, root: str) -> list[str]:
        return self.members.get(root, [root])

    def join(self, tie: Tie) -> None:
        a, b = self.find(tie.left), self.find(tie.right)
        if a == b:
            return
        if (reason := self._objection(tie, a, b)) is not None:
            self.refused.append((tie, reason))
            return
        first, second = sorted((a, b))
        self.members[first] = self.of(first) + self.of(second)
        self.root[second] = first
        self.used.append(tie)

    def _objection(self, tie: Tie, a: str, b: str) -> str | None:
        small, large = sorted((self.of(a), self.of(b)), key=len)
        inside = set(large)
        if any(self.enemies.get(member, set()) & inside for member in small):
            return "组内有不得合并的一对"
        if tie.firm or tie.weight >= STRONG or len(small) == 1:
            return None
        crossing = sum(len(self.friends.get(member, set()) & inside) for member in small)
        return None if crossing > 1 else "两组之间只有一条较弱的联系"

    def groups(self) -> Groups:
        group: Mapping[str, str] = {record: self.find(record) for record in self.root}
        return Groups(dict(group), self.used, self.refused)
