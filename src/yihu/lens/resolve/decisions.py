"""From scored pairs to decisions: what is never merged, what a merge needs besides its weight, in which words."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pyarrow as pa

from yihu.lens.resolve.folding import fold_width
from yihu.lens.resolve.models import Model

MERGED, VETOED, APART = "MERGED", "VETOED", "APART"
NAME_AGREES = ("same", "former", "near", "short")
REPRESENTATIVE_AGREES = ("same", "name")


@dataclass(frozen=True, slots=True)
class Pair:
    """One scored pair: level names by comparison (None = nothing to compare) and both records' columns."""

    levels: Mapping[str, str | None]
    left: Mapping[str, Any]
    right: Mapping[str, Any]

    def at(self, comparison: str, *levels: str) -> bool:
        """Whether a comparison came out at one of the levels."""
        return self.levels[comparison] in levels

    def differ(self, column: str) -> bool:
        """Whether both records have the column and it differs."""
        left, right = self.left[column], self.right[column]
        return left is not None and right is not None and left != right

    @property
    def same_number(self) -> bool:
        """The register itself ties the two: a recorded change of number, or the same organisation code."""
        return self.at("chain", "same") or self.at("organisation", "same")


def firm_veto(pair: Pair) -> str | None:
    """Why two registrations can never be one taxpayer, whatever their weight; None when nothing forbids it."""
    if pair.left["branch"] != pair.right["branch"]:
        return "总机构与分支机构或不同的分支机构，分别登记"
    if pair.same_number or pair.at("name", "former"):
        return _number_veto(pair)
    if pair.differ("place"):
        return "名称所冠地名不同，属异地同名"
    if pair.differ("district"):
        return "名称所冠区县不同"
    if pair.at("name", "sibling"):
        return "字号相同但行业不同，属关联企业"
    return _number_veto(pair)


def _number_veto(pair: Pair) -> str | None:
    """What the numbers say against it, unless the register itself ties the two."""
    if pair.same_number:
        return None
    if pair.at("representative", "namesake"):
        return "法定代表人同名而证件号码不同"
    if pair.differ("organisation") and pair.at("chain", "other"):
        return "各有识别号变更记载，主体标识码不同"
    return None


def firm_needs(pair: Pair) -> bool:
    """
    Whether the pair agrees in enough independent things; an identity or a telephone number alone never does.

    Register ties need one more agreement. Otherwise the names must agree, and with them the representative or the full
    address; names a character apart (华达电器, 华达电缆), names that only agree with a former one, and shops without a
    brand of their own (便民超市) need both.
    """
    representative = pair.at("representative", *REPRESENTATIVE_AGREES)
    address = pair.at("address", "same", "gate")
    name = pair.at("name", *NAME_AGREES)
    if pair.same_number:
        return representative or address or name
    if pair.at("name", "near", "former") or pair.left["brand"] is None or pair.right["brand"] is None:
        return name and representative and address
    return name and (representative or pair.at("address", "same"))


def person_veto(pair: Pair) -> str | None:
    """Why two person records can never be one person."""
    if pair.at("identity", "other"):
        return "证件号码不同"
    if pair.at("name", "other"):
        return "姓名不同"
    return None


def person_needs(pair: Pair) -> bool:
    """The names agree, and with them the identity number, or two of telephone, address and firm, or a telephone."""
    if pair.at("identity", "same"):
        return pair.at("name", "same", "near")
    ties = [pair.at("phone", "same"), pair.at("address", "same"), pair.at("firms", "same")]
    return pair.at("name", "same") and (ties[0] or sum(ties) > 1)


RULES: Mapping[str, tuple[Callable[[Pair], str | None], Callable[[Pair], bool]]] = {
    "firm": (firm_veto, firm_needs),
    "person": (person_veto, person_needs),
}


def decide(scored: pa.Table, features: pa.Table, addresses: Mapping[str, str | None], model: Model) -> pa.Table:
    """
    Decide every scored pair.

    :param addresses: id → address as registered, for the words
    :returns: left, right, weight, probability, decision (MERGED, VETOED, APART), reason (a veto or null),
        evidence (JSON list of Chinese sentence pieces), in the order of `scored`
    """
    veto, needs = RULES[model.name]
    rows = _rows_by_id(features, scored)
    decisions, reasons, evidence = [], [], []
    for record in scored.to_pylist():
        pair = Pair(_levels(record, model), rows[record["left"]], rows[record["right"]])
        reason = veto(pair)
        enough = reason is None and record["probability"] >= model.threshold and needs(pair)
        decisions.append(VETOED if reason else MERGED if enough else APART)
        reasons.append(reason)
        likeness = _likeness(addresses.get(record["left"]), addresses.get(record["right"]))
        evidence.append(json.dumps(_say(record, model, likeness), ensure_ascii=False))
    decided = scored.select(["left", "right", "weight", "probability"])
    decided = decided.append_column("decision", pa.array(decisions, pa.string()))
    decided = decided.append_column("reason", pa.array(reasons, pa.string()))
    return decided.append_column("evidence", pa.array(evidence, pa.string()))


def _rows_by_id(features: pa.Table, scored: pa.Table) -> dict[str, dict[str, Any]]:
    wanted = set(scored["left"].to_pylist()) | set(scored["right"].to_pylist())
    kept = features.filter(pa.compute.is_in(features["unique_id"], value_set=pa.array(sorted(wanted), pa.string())))
    return {row["unique_id"]: row for row in kept.to_pylist()}


def _levels(record: Mapping[str, Any], model: Model) -> dict[str, str | None]:
    found = {c.name: c.level(record[f"gamma_{c.name}"]) for c in model.comparisons}
    return {name: level.name if level else None for name, level in found.items()}


def _say(record: Mapping[str, Any], model: Model, likeness: str) -> list[str]:
    found = [c.level(record[f"gamma_{c.name}"]) for c in model.comparisons]
    return [level.say.format(address=likeness).strip() for level in found if level is not None]


def _likeness(left: str | None, right: str | None) -> str:
    if not left or not right:
        return ""
    return f"{SequenceMatcher(None, fold_width(left), fold_width(right), autojunk=False).ratio():.0%}"
