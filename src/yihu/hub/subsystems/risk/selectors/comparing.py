"""Two households beside each other: rules, figures, the model's contributions."""

from collections.abc import Mapping
from typing import Any

from yihu.hub.registers.snapshots.api import Desk
from yihu.hub.registers.snapshots.strips import build_strip

COMPARED = 12


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
