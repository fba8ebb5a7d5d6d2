"""Reads of the risk pages, each within the reader's scope."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
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
# How far what was said of tested cases may lie from a probability to speak for it.
NEAR = 0.1
Household = Mapping[str, Any]


def list_filters(user: Any) -> QuerySet[SavedFilter]:
    """The user's saved filters."""
    return SavedFilter.objects.filter(user=user)


def standing(desk: Desk, household_id: str) -> dict[str, Any]:
    """The household's line of the register: ranks, probability, what is at stake, its newest inspection."""
    wanted = compute.RegisterFilter(
        household_ids=(household_id,), open_cases=desk.sees_open_cases_of(household_id)
    )  # fmt: skip
    (found,) = desk.snapshot.register(wanted, limit=1) or ({},)
    return found


def list_reasons(desk: Desk, household_id: str) -> list[dict[str, Any]]:
    """Reasons with the figure among its peers and the rule's playbook, weightiest first."""
    reasons, known = desk.snapshot.reasons(household_id), rules()
    codes = {reason["indicator_code"] for reason in reasons}
    figures = {one["code"]: one for one in desk.snapshot.indicators(household_id, codes)}
    return [
        {
            **reason,
            "figure": (figure := figures.get(reason["indicator_code"] or "")),
            "strip": build_strip(figure) if figure else None,
            "rule": known.get(reason["rule_code"]),
        }
        for reason in reasons
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


def list_past_days(desk: Desk) -> list[str]:
    """The past days of which a snapshot is kept, earliest first, as ISO texts."""
    return compute.past_days(desk.snapshot)


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

    :returns: {words, probability, base_rate, times, inspected, confirmed, n, predicted, observed, is_near}: the tested
        cases for which most nearly as much was said, and whether that is near; None without a probability or card
    """
    card = compute.card_of(model_id) if model_id else None
    if probability is None or card is None:
        return None
    measured = card.overall.measured[0] if card.overall.measured else None
    near = min(measured.bins, key=lambda one: abs(one.predicted - probability)) if measured and measured.bins else None
    return {
        "words": in_words(probability), "probability": probability, "base_rate": card.base_rate,
        "times": probability / card.base_rate if card.base_rate else None,
        "inspected": card.label_counts["inspected"], "confirmed": card.label_counts["confirmed"],
        "n": near.n if near else None, "observed": near.observed if near else None,
        "predicted": near.predicted if near else None,
        "is_near": bool(near) and abs(near.predicted - probability) <= NEAR,
    }  # fmt: skip


def judge_amount(amount: Decimal | None, expected: Decimal | None, model_id: str | None) -> dict[str, Any] | None:
    """
    What an inspection would bring, beside what the confirmed cases brought of which as much was said.

    :returns: {amount, expected, n, found}: `found` the mean of the `n` tested cases nearest to `amount`, in yuan
    """
    card = compute.card_of(model_id) if model_id else None
    if amount is None or card is None or card.amounts is None or not card.amounts.bins:
        return None
    near = min(card.amounts.bins, key=lambda one: abs(one.predicted - float(amount)))
    return {"amount": amount, "expected": expected, "n": near.n, "found": near.observed}


def in_words(probability: float) -> str:
    """A probability as an officer says it."""
    bounds = ((0.8, "很可能"), (0.5, "较可能"), (0.1, "有可能"), (0.03, "可能性不大"))
    return next((words for least, words in bounds if probability >= least), "可能性很小")
