"""
Who may act now in a step, and when it is decided. Nothing here touches the database.

A step has seats; a seat has its holder, whoever signs before or after, and whoever was asked to look. A seat is decided
by its people together: one refusal refuses it; it agrees when the last of them agreed. The step counts seats.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yihu.hub.centres.workflow.choices import AssignmentState, Mode, Origin, Verb
from yihu.hub.centres.workflow.models import Assignment

FIRST = frozenset({Origin.BEFORE, Origin.DELEGATION})


@dataclass(frozen=True, slots=True)
class Table:
    """The places of one step."""

    rows: Sequence[Assignment]
    mode: str
    percent: int = 100

    def children(self, row: Assignment) -> list[Assignment]:
        return [r for r in self.rows if r.parent_id == row.pk and r.pk != row.pk]

    def subtree(self, row: Assignment) -> list[Assignment]:
        """A place and all that were added to it, and to those."""
        found = [row]
        for one in found:
            found += self.children(one)
        return found

    def live(self) -> list[Assignment]:
        """Places that count: not void, not handed on."""
        return [r for r in self.rows if r.state != AssignmentState.VOID and r.verdict != Verb.TRANSFER]

    def seats(self) -> dict[int, list[Assignment]]:
        """Advice alone makes no seat: the place it was given to has been taken away."""
        found: dict[int, list[Assignment]] = {}
        for row in self.live():
            found.setdefault(row.seat, []).append(row)
        return {number: rows for number, rows in found.items() if any(r.origin != Origin.DELEGATION for r in rows)}

    def verdict_of(self, seat: Iterable[Assignment]) -> str:
        """AGREE, REFUSE, or "" while undecided; what a delegate says is advice and decides nothing."""
        rows = list(seat)
        deciding = [r for r in rows if r.origin != Origin.DELEGATION]
        if any(r.verdict == Verb.REFUSE for r in deciding):
            return Verb.REFUSE
        if any(r.is_pending for r in rows):
            return ""
        return Verb.AGREE if any(r.verdict == Verb.AGREE for r in deciding) else ""

    def may_open(self, row: Assignment) -> bool:
        """Whether it is this pending place's turn."""
        waits_for = [r for c in self.children(row) if c.origin in FIRST for r in self.subtree(c)]
        if any(r.is_pending for r in waits_for):
            return False
        if row.origin == Origin.AFTER:
            parent = next((r for r in self.rows if r.pk == row.parent_id), None)
            if parent is not None and parent.is_pending:
                return False
        return self.mode != Mode.SEQUENCE or self._is_turn(row)

    def _is_turn(self, row: Assignment) -> bool:
        earlier = [seat for seat in self.seats().values() if seat[0].turn < row.turn]
        return all(self.verdict_of(seat) for seat in earlier)

    def outcome(self) -> str:
        """AGREE or REFUSE once the step is decided, else ""."""
        verdicts = [self.verdict_of(seat) for seat in self.seats().values()]
        agreed, refused = verdicts.count(Verb.AGREE), verdicts.count(Verb.REFUSE)
        if self.mode == Mode.ANY:
            return Verb.REFUSE if refused else Verb.AGREE if agreed else ""
        needed = len(verdicts)
        if self.mode == Mode.PERCENT:
            needed = max(1, -(-len(verdicts) * self.percent // 100))
        if refused > len(verdicts) - needed:
            return Verb.REFUSE
        return Verb.AGREE if agreed >= needed else ""
