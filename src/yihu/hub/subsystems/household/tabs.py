"""What each tab of the one-household page shows, read within the desk's scope."""

from collections.abc import Callable, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any

from django.http import QueryDict

from yihu.hub.registers.grants.api import grants_of
from yihu.hub.registers.snapshots.api import rules
from yihu.hub.registers.snapshots.strips import build_strip, choose_figures
from yihu.hub.subsystems.household.choices import SIDES, Lane, Tab
from yihu.hub.subsystems.household.compute import list_judgements
from yihu.hub.subsystems.household.forms import read_count
from yihu.hub.subsystems.household.selectors import Desk, Period

Household = Mapping[str, Any]
Context = dict[str, Any]
EVENTS = 200
PARTIES = 30
INVOICES = 50


def _overview(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    reasons = desk.snapshot.reasons(household["household_id"])
    indicators = desk.snapshot.indicators(household["household_id"])
    pointed_at = [reason["indicator_code"] for reason in reasons if reason["indicator_code"]]
    return {
        "figures": choose_figures(indicators, pointed_at),
        "reasons": reasons[:5],
        "monthly": _monthly(desk, household),
        "applicable": sum(item["value"] is not None for item in indicators),
        "indicator_count": len(indicators),
    }


def _time(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    lanes = [lane for lane in query.getlist("lane") if lane in Lane.values]
    number = read_count(query, "page", 1, low=1, high=10_000)
    events = desk.snapshot.timeline(
        household["household_id"],
        lanes=lanes,
        start=period.start,
        end=period.end,
        limit=EVENTS + 1,
        offset=(number - 1) * EVENTS,
    )
    shown = events[:EVENTS]
    months = groupby(shown, key=lambda event: event["occurred_at"].strftime("%Y-%m"))
    return {
        "lanes": Lane.choices,
        "chosen_lanes": lanes,
        "months": [(month, list(found)) for month, found in months],
        "events": len(shown),
        "page_number": number,
        "has_more": len(events) > EVENTS,
        "monthly": _monthly(desk, household),
    }


def _monthly(desk: Desk, household: Household) -> list[dict[str, Any]]:
    return [
        {
            "month": row["month"].strftime("%Y-%m"),
            "sales": float(row["sales_amount"] or 0),
            "purchases": float(row["purchase_amount"] or 0),
            "sales_count": int(row["sales_count"] or 0),
            "purchase_count": int(row["purchase_count"] or 0),
        }
        for row in desk.snapshot.monthly(household["household_id"])
    ]


def _space(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    found, snapshot = household["household_id"], desk.snapshot
    sides = [
        {
            "side": side,
            "title": title,
            "parties": desk.veil(
                snapshot.counterparties(found, side, start=period.start, end=period.end, limit=PARTIES)
            ),
            "regions": _with_shares(snapshot.regions(found, side))[:10],
            "goods": _with_shares(snapshot.goods(found, side, limit=10)),
        }
        for side, title in SIDES.items()
    ]
    return {"sides": sides, "months_traded": [row["month"] for row in _monthly(desk, household)]}


def _with_shares(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    top = max((abs(float(row["amount"])) for row in rows), default=0) or 1
    return [{**row, "bar": round(100 * abs(float(row["amount"])) / top)} for row in rows]


def _people(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    people = desk.people(household["household_id"])
    names = {person["natural_person_id"]: person["name"] for person in people}
    links = [_nameless(row) for row in desk.veil(desk.snapshot.links(household["household_id"]), "other_household_id")]
    return {
        "people": _by_person(people),
        "links": [
            (code, [{**row, "person_name": names.get(row["value"], "")} for row in rows])
            for code, rows in groupby(links, key=lambda link: link["link_code"])
        ],
        "link_count": len({link["other_household_id"] for link in links} - {None}),
    }


def _nameless(link: dict[str, Any]) -> dict[str, Any]:
    """No invoice shows who else uses a telephone: a household outside the scope is counted, not named."""
    return link if link["open"] else {**link, "other_name": None, "other_division_name": None}


def _by_person(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry a person: current roles first, the earliest start and the largest share."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        person = found.setdefault(row["natural_person_id"], {**row, "roles": []})
        person["roles"].append(row)
        starts = [role["start_on"] for role in person["roles"] if role["start_on"]]
        shares = [role["share_rate"] for role in person["roles"] if role["share_rate"] is not None]
        person |= {"start_on": min(starts, default=None), "share_rate": max(shares, default=None)}
    return list(found.values())


def _invoices(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    side = query.get("side", "sales")
    side = side if side in SIDES else "sales"
    number = read_count(query, "page", 1, low=1, high=1_000_000)
    text = query.get("text", "").strip()
    found = desk.snapshot.invoices(
        household["household_id"],
        side,
        start=period.start,
        end=period.end,
        text=text,
        limit=INVOICES,
        offset=(number - 1) * INVOICES,
    )
    pages = -(-found["count"] // INVOICES)
    return {"side": side, "sides": SIDES.items(), "text": text, "found": found, "page_number": number, "pages": pages}


def _returns(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    rows = desk.snapshot.returns(household["household_id"])
    return {"returns": [row for row in rows if _within(row["period_end"], period)]}


def _account(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    payments = [p for p in desk.snapshot.payments(household["household_id"]) if _within(p["paid_on"], period)]
    customs = [c for c in desk.snapshot.customs(household["household_id"]) if _within(c["declared_on"], period)]
    return {"payments": payments, "paid": sum(p["amount"] for p in payments), "customs": customs}


def _within(day: Any, period: Period) -> bool:
    if day is None:
        return not period
    return (period.start is None or day >= period.start) and (period.end is None or day <= period.end)


def _risk(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    found, advice = desk.snapshot.reasons(household["household_id"]), rules()
    codes = {reason["indicator_code"] for reason in found}
    indicators = {i["code"]: i for i in desk.snapshot.indicators(household["household_id"], codes)}
    reasons = [
        {
            **reason,
            "figure": (figure := indicators.get(reason["indicator_code"] or "")),
            "strip": build_strip(figure) if figure else None,
            "rule": advice.get(reason["rule_code"]),
        }
        for reason in found
    ]
    return {"reasons": reasons}


def _grants(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    numbers = [row["registration_id"] for row in desk.snapshot.registrations(household["household_id"])]
    return {"grants": grants_of(numbers)}


def _identity(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    return {
        "judgements": list_judgements(desk.snapshot, household),
        "contradictions": desk.snapshot.quality(household["household_id"]),
    }


def _evidence(desk: Desk, household: Household, period: Period, query: QueryDict) -> Context:
    indicators = [{**i, "strip": build_strip(i)} for i in desk.snapshot.indicators(household["household_id"])]
    themes = groupby(sorted(indicators, key=lambda i: i["theme"]), key=lambda i: i["theme"])
    return {"themes": [(theme, *_written_first(list(items))) for theme, items in themes]}


def _written_first(items: list[Household]) -> tuple[list[Household], list[Household]]:
    """What is always shown, and what windows and comparisons spell out of it: that part is folded."""
    return [i for i in items if not i["is_expanded"]], [i for i in items if i["is_expanded"]]


TABS: Mapping[str, Callable[[Desk, Household, Period, QueryDict], Context]] = MappingProxyType(
    {
        Tab.OVERVIEW: _overview,
        Tab.TIME: _time,
        Tab.SPACE: _space,
        Tab.PEOPLE: _people,
        Tab.INVOICES: _invoices,
        Tab.RETURNS: _returns,
        Tab.ACCOUNT: _account,
        Tab.RISK: _risk,
        Tab.GRANTS: _grants,
        Tab.IDENTITY: _identity,
        Tab.EVIDENCE: _evidence,
    }
)
