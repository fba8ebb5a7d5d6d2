"""The published snapshot within one reader's scope and clearance."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.http import Http404

from yihu.hub.base.access import Label, Scope, scope_for
from yihu.hub.registers.snapshots.compute import Snapshot, WorklistFilter, open_current
from yihu.hub.registers.taxpayers.api import households_above

# Who merely sees a household does not learn that it is under inspection.
OPEN_CASES = "inspection.open"
# No office bears this code: a scope that names nothing lists nothing.
NOWHERE = ("∅",)


@dataclass(frozen=True)
class Desk:
    """One whole snapshot as one user may see it."""

    user: Any
    snapshot: Snapshot
    scope: Scope

    @classmethod
    def of(cls, user: Any, permission: str) -> Self:
        """
        The current snapshot within the user's scope by one permission.

        :raises NoSnapshotError: nothing has been built yet
        """
        return cls(user, open_current(), scope_for(user, permission))

    @cached_property
    def bounds(self) -> dict[str, tuple[Any, ...]]:
        """The scope and the clearance as the reader of snapshots takes them; no bounds at all means everything."""
        scope = self.scope
        if scope.is_empty or scope.clearance < Label.INTERNAL:
            return {"offices": NOWHERE}
        if scope.everything:
            return {"hidden": self.hidden}
        return {
            "offices": tuple(scope.offices),
            "divisions": tuple(scope.divisions),
            "areas": tuple((area.office_code, area.division_prefix) for area in scope.areas),
            "numbers": tuple(scope.numbers),
            "hidden": self.hidden,
        }

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """Households labelled above the reader's clearance, whoever's they are."""
        return households_above(self.scope.clearance)

    def seen(self, ids: Iterable[str]) -> set[str]:
        """Those of the households that lie within the scope and the clearance, in one query."""
        wanted = tuple(set(ids))
        if not wanted:
            return set()
        return self.snapshot.within(WorklistFilter(household_ids=wanted, **self.bounds))

    def may_see(self, household_id: str) -> bool:
        """Whether one household lies within the scope and the clearance."""
        return bool(self.seen([household_id]))

    @cached_property
    def sees_open_cases(self) -> bool:
        """Whether inspections not yet concluded are told of every household of this desk."""
        return bool(self.user.holds(OPEN_CASES)) and scope_for(self.user, OPEN_CASES) == self.scope

    def sees_open_cases_of(self, household_id: str) -> bool:
        """Whether inspections not yet concluded are told of one household."""
        if self.sees_open_cases or not self.user.holds(OPEN_CASES):
            return self.sees_open_cases
        return type(self)(self.user, self.snapshot, scope_for(self.user, OPEN_CASES)).may_see(household_id)

    def get_household(self, reference: str) -> dict[str, Any]:
        """
        The household with that id or number.

        :raises Http404: unknown, or outside the scope — the two are not told apart
        """
        found = self.snapshot.find_household(reference)
        if found not in self._opened:
            self._opened[found] = self.snapshot.household(found) if found and self.may_see(found) else None
        household = self._opened[found]
        if household is None:
            raise Http404(f"没有查到“{reference}”，或该户不在您的管户范围内")
        return dict(household)

    @cached_property
    def _opened(self) -> dict[str | None, dict[str, Any] | None]:
        """What was asked for already: a desk lives as long as one request."""
        return {}

    def veil(self, rows: Iterable[dict[str, Any]], key: str = "household_id") -> list[dict[str, Any]]:
        """Rows about other households: `open` tells whether they may be entered; if not, risk is left out."""
        listed = list(rows)
        seen = self.seen(row[key] for row in listed if row.get(key))
        return [_veiled(row, row.get(key) in seen) for row in listed]


def _veiled(row: dict[str, Any], is_open: bool) -> dict[str, Any]:
    if is_open:
        return {**row, "open": True}
    hidden = {"level_code", "score", "rank"}
    return {**{k: v for k, v in row.items() if k not in hidden}, "open": False}
