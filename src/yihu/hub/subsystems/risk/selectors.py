"""Reads of the risk pages, each within the reader's scope."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from yihu.hub.centres.rules.api import NoDecisionError, UnableToDecideError, evaluate_one
from yihu.hub.registers.snapshots.api import Desk, WorklistFilter, rules
from yihu.hub.registers.snapshots.strips import build_strip
from yihu.hub.subsystems.risk import compute
from yihu.hub.subsystems.risk.models import SavedFilter

RESPONSE_TABLE = "risk-response"
SIMILAR = 10
COMPARED = 12
Household = Mapping[str, Any]


def list_filters(user: Any) -> QuerySet[SavedFilter]:
    """The user's saved filters."""
    return SavedFilter.objects.filter(user=user)


def standing(desk: Desk, household_id: str) -> dict[str, Any]:
    """The household's line of the register: ranks, probability, what is at stake, its newest inspection."""
    (found,) = desk.snapshot.register(compute.RegisterFilter(household_ids=(household_id,)), limit=1) or ({},)
    return found


def list_reasons(desk: Desk, household_id: str) -> list[dict[str, Any]]:
    """Reasons with the figure among its peers and the rule's playbook, weightiest first."""
    figures = {one["code"]: one for one in desk.snapshot.indicators(household_id)}
    known = rules()
    return [
        {
            **reason,
            "figure": (figure := figures.get(reason["indicator_code"] or "")),
            "strip": build_strip(figure) if figure else None,
            "rule": known.get(reason["rule_code"]),
        }
        for reason in desk.snapshot.reasons(household_id)
    ]


def list_similar(desk: Desk, household_id: str) -> dict[str, Any]:
    """The most alike inspected households within the scope, and how they ended."""
    rows = desk.snapshot.similar_inspected(household_id, WorklistFilter(**desk.bounds), limit=SIMILAR)
    ended = [row["outcome_code"] for row in rows]
    return {"rows": rows, "confirmed": ended.count("CONFIRMED"), "cleared": ended.count("CLEARED")}


def list_places(desk: Desk, household: Household) -> list[dict[str, Any]]:
    """Where the household stood on each kept snapshot; `top` is its place as a share of all."""
    numbers = [row["registration_id"] for row in household["registrations"]]
    return [
        {**place, "top": place["rank"] / place["households"] if place["households"] else None}
        for place in compute.places(desk.snapshot, numbers)
    ]


def suggest_response(household: Household, *, now: datetime) -> dict[str, Any] | None:
    """What the decision table in force says should be done; None where there is no such table or no answer."""
    inputs = {name: household.get(name) for name in ("score", "rule_score", "sales_amount")}
    try:
        found = evaluate_one(RESPONSE_TABLE, inputs, on=localdate(now), now=now)
    except (NoDecisionError, UnableToDecideError):
        return None
    return {"words": found.outcome, "clauses": found.clauses, "version": found.version}


def judge_certainty(probability: float | None, model_id: str | None) -> dict[str, Any] | None:
    """
    How sure a probability is, in words, beside the base rate and what became of cases for which as much was said.

    :returns: {words, probability, base_rate, times, n, observed}; None without a probability or its card
    """
    card = compute.card_of(model_id) if model_id else None
    if probability is None or card is None:
        return None
    measured = card.overall.measured[0] if card.overall.measured else None
    near = min(measured.bins, key=lambda one: abs(one.predicted - probability)) if measured and measured.bins else None
    return {
        "words": in_words(probability), "probability": probability, "base_rate": card.base_rate,
        "times": probability / card.base_rate if card.base_rate else None,
        "n": near.n if near else None, "observed": near.observed if near else None,
    }  # fmt: skip


def in_words(probability: float) -> str:
    """A probability as an officer says it."""
    bounds = ((0.8, "很可能"), (0.5, "较可能"), (0.2, "有可能"), (0.05, "可能性不大"))
    return next((words for least, words in bounds if probability >= least), "可能性很小")


def compare_reasons(left: list[dict[str, Any]], right: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Rules of either side, those of one side only first, then by how far the weights differ.

    :returns: {code, zh, typology, left, right (each a reason or None), gap}
    """
    sides = [{reason["rule_code"]: reason for reason in side} for side in (left, right)]
    found = []
    for code in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = sides[0].get(code), sides[1].get(code)
        told = one or other or {}
        gap = (one["weight"] if one else 0.0) - (other["weight"] if other else 0.0)
        found.append(
            {"code": code, "zh": told["rule_zh"], "typology": told["typology"], "left": one, "right": other, "gap": gap}
        )
    return sorted(found, key=lambda row: (bool(row["left"] and row["right"]), -abs(row["gap"]), row["code"]))


def compare_figures(desk: Desk, left: str, right: str, codes: list[str]) -> list[dict[str, Any]]:
    """The indicators named, of both households with their peers; then those whose places among peers differ most."""
    sides = [{one["code"]: one for one in desk.snapshot.indicators(household)} for household in (left, right)]
    order = {code: place for place, code in enumerate(dict.fromkeys(codes))}
    rows = [
        {"left": {**one, "strip": build_strip(one)}, "right": {**other, "strip": build_strip(other)}}
        for code, one in sides[0].items()
        if (other := sides[1].get(code)) and (one["value"] is not None or other["value"] is not None)
    ]
    rows.sort(key=lambda row: (order.get(row["left"]["code"], len(order)), -_apart(row)))
    return rows[:COMPARED]


def _apart(row: Mapping[str, Any]) -> float:
    """How far two figures lie apart in widths of the peers' middle half; 0 where either is unknown."""
    left, right = row["left"], row["right"]
    if None in (left["value"], right["value"], left["p25"], left["p75"]):
        return 0.0
    width = abs(left["p75"] - left["p25"]) or abs(left["p75"]) or 1.0
    return min(abs(float(left["value"]) - float(right["value"])) / width, 1e6)


def compare_contributions(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Features that move either probability, by how far their contributions differ; empty without explanations."""
    if "refusal" in left or "refusal" in right:
        return []
    sides = [{one["feature"]: one for key in ("raises", "lowers") for one in side[key]} for side in (left, right)]
    found = []
    for feature in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = sides[0].get(feature), sides[1].get(feature)
        gap = (one["contribution"] if one else 0.0) - (other["contribution"] if other else 0.0)
        found.append({"zh": (one or other or {})["zh"], "left": one, "right": other, "gap": gap})
    return sorted(found, key=lambda row: -abs(row["gap"]))[:COMPARED]
