"""Reads of the workbench, each within the actor's scope."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from yihu.hub.registers.snapshots.api import Desk as BareDesk
from yihu.hub.registers.snapshots.api import WorklistFilter
from yihu.hub.subsystems.household.compute import Sketch
from yihu.hub.subsystems.household.models import CanvasMark, CanvasStep, SavedView, Visit
from yihu.kit.masks import mask_name

RECENT = 8
PUBLISHED = frozenset({"LEGAL_REPRESENTATIVE", "SHAREHOLDER"})
MAX_DRAWN = 2_000
MAX_STEPS = 5


@dataclass(frozen=True, slots=True)
class Period:
    """Days both included; None is open."""

    start: date | None
    end: date | None

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """Which chain to walk: how far, from what amount, in which period, in order of time or not."""

    reference: str
    up: int
    down: int
    min_amount: Decimal
    period: Period
    time_ordered: bool


@dataclass(frozen=True)
class Desk(BareDesk):
    """The desk of the workbench: people, network and chains as one user may see them."""

    def get_person(self, natural_person_id: str) -> dict[str, Any]:
        """
        A natural person with the roles held within the scope; those outside are not even counted.

        :raises Http404: unknown, or no role within the scope
        """
        person = self.snapshot.person(natural_person_id)
        if person is None:
            raise Http404("没有查到这个人，或其任职的户均不在您的管户范围内")
        seen = self.seen(role["household_id"] for role in person["roles"])
        inside = [role for role in person["roles"] if role["household_id"] in seen]
        if not inside:
            raise Http404("没有查到这个人，或其任职的户均不在您的管户范围内")
        count = len({role["household_id"] for role in inside})
        return {**self._called(person, inside), "roles": inside, "household_count": count}

    def _called(self, person: dict[str, Any], roles: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """The person with the name this reader's duty needs; representatives' and shareholders' are public by law."""
        if self.user.holds("person.name") or {role["role_code"] for role in roles} & PUBLISHED:
            return person
        return {**person, "name": mask_name(person["name"])}

    def people(self, household_id: str) -> list[dict[str, Any]]:
        """The people of a household; `household_count` counts the households within the scope."""
        people = self.snapshot.people(household_id)
        ids = list({person["natural_person_id"] for person in people})
        roles = self.snapshot.rows(
            "SELECT DISTINCT natural_person_id AS person, household_id FROM roles "
            "WHERE list_contains(?, natural_person_id)",
            [ids],
        )
        seen = self.seen(role["household_id"] for role in roles)
        counts = Counter(role["person"] for role in roles if role["household_id"] in seen)
        return [
            {**self._called(person, [person]), "household_count": counts[person["natural_person_id"]]}
            for person in people
        ]

    def search(self, text: str, limit: int = 20) -> dict[str, list[dict[str, Any]]]:
        """Households and persons within the scope."""
        found = self.snapshot.search(text, WorklistFilter(**self.bounds), limit=limit)
        return {**found, "persons": [self._called(person) for person in found["persons"]]}

    def list_recent(self) -> list[dict[str, Any]]:
        """The households this user looked at lately, newest first, as far as still within the scope."""
        ids = list(
            Visit.objects.filter(user=self.user).order_by("-visited_at").values_list("household_id", flat=True)[:RECENT]
        )
        if not ids:
            return []
        rows = self.snapshot.worklist(WorklistFilter(household_ids=tuple(ids), **self.bounds), limit=RECENT)
        return sorted(rows, key=lambda row: ids.index(row["household_id"]))

    def neighbours(self, household_id: str, period: Period, limit: int) -> dict[str, Any]:
        """Nodes and edges around one household for drawing: its largest counterparties on both sides."""
        parties = {
            side: self.veil(
                self.snapshot.counterparties(household_id, side, start=period.start, end=period.end, limit=limit)
            )
            for side in ("sales", "purchases")
        }
        edges = [_edge(household_id, p["household_id"], p) for p in parties["sales"]]
        edges += [_edge(p["household_id"], household_id, p) for p in parties["purchases"]]
        nodes = {p["household_id"]: _node(p, side) for side, rows in parties.items() for p in rows}
        nodes.pop(household_id, None)
        return {"nodes": list(nodes.values()), "edges": edges}

    def names(self, ids: list[str]) -> dict[str, dict[str, Any]]:
        """Households by id as a picture shows them; risk only of those within the scope, unknown ids left out."""
        return {row["household_id"]: row for row in self.veil(self.snapshot.parties(ids))}

    def reach(self, household_id: str) -> set[str]:
        """Every household that a chain from this one can show."""
        everything = TraceRequest(household_id, MAX_STEPS, MAX_STEPS, Decimal(0), Period(None, None), False)
        return {node["household"] for node in self.trace(household_id, everything, Sketch(0, 0))["nodes"]}

    def trades_among(self, ids: Iterable[str], period: Period, limit: int) -> list[dict[str, Any]]:
        """The trade between any two of the households, largest first, in the shape a picture takes."""
        rows = self.snapshot.trades_among(list(ids), start=period.start, end=period.end, limit=limit)
        return [_edge(row["seller"], row["buyer"], row) for row in rows]

    def trace(self, household_id: str, wanted: TraceRequest, sketch: Sketch | None = None) -> dict[str, Any]:
        """The chain of trade around a household; those outside the scope keep only what the invoice shows."""
        answer = self.snapshot.trace(
            household_id,
            up=wanted.up,
            down=wanted.down,
            min_amount=wanted.min_amount,
            after=wanted.period.start,
            before=wanted.period.end,
            time_ordered=wanted.time_ordered,
            max_nodes=MAX_DRAWN,
            sketch=sketch,
        )
        return {**answer, "nodes": self.veil(answer["nodes"], "household")}


def list_views(user: Any) -> QuerySet[SavedView]:
    """The user's saved worklist views."""
    return SavedView.objects.filter(user=user)


def _node(party: Mapping[str, Any], side: str) -> dict[str, Any]:
    return {
        "id": party["household_id"],
        "name": party["name"],
        "level": party.get("level_code"),
        "division": party.get("division_name"),
        "industry": party.get("industry_name"),
        "open": party["open"],
        "side": side,
    }


def _edge(seller: str, buyer: str, party: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seller": seller,
        "buyer": buyer,
        "amount": str(party["amount"]),
        "count": int(party["invoice_count"]),
        "first": party["first_on"].isoformat() if party["first_on"] else None,
        "latest": party["last_on"].isoformat() if party["last_on"] else None,
    }


def list_marks(user: Any, household_id: str) -> list[CanvasMark]:
    """The user's pins and notes around a household, latest last."""
    return list(CanvasMark.objects.filter(user=user, household_id=household_id).order_by("updated_at", "pk"))


def list_steps(user: Any, household_id: str) -> list[CanvasStep]:
    """The user's steps around a household, in the order taken."""
    return list(CanvasStep.objects.filter(user=user, household_id=household_id))
