"""What the written rules say of one household, and what they would still say if a figure of it were another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from yihu.lens.backends.duck import connect, literal
from yihu.lens.risk.evaluate import FURTHER
from yihu.lens.risk.rules import Condition, Rule, load_rules

Figures = Mapping[str, float | None]
MARKS = ((0.05, "p05"), (0.25, "p25"), (0.5, "p50"), (0.75, "p75"), (0.95, "p95"))


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that counts for the household: `share` is the part of doubt it takes away, as reasons.parquet holds it."""

    rule: Rule | None
    zh: str
    share: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Expert:
    """`score` 0..100 is the score of risk.parquet; `evidence` multiplies it."""

    fired: tuple[Fired, ...]
    evidence: float
    score: float
    rule_score: float

    def without(self, moved: Mapping[str, float], peers: Mapping[str, Figures]) -> tuple[float, float]:
        """
        (score, rule score) if some indicators were `moved`: rules whose conditions then fail count no more.

        A rule that would only then begin to count is not looked for: moves go to what is usual among peers.
        """
        kept = [f for f in self.fired if f.rule is None or _still(f.rule, moved, peers)]
        if len(kept) == len(self.fired):
            return self.score, self.rule_score
        whole, _ = _shares(self.fired)
        shares, rules = _shares(kept, whole)
        doubt = float(np.prod([1 - s for s in shares.values()]))
        by_rules = float(np.prod([1 - shares[k] for k in rules]))
        return round(100 * (1 - doubt) * self.evidence, 6), round(100 * (1 - by_rules), 6)


def read_expert(snapshot: Path, household_id: str) -> Expert:
    """What risk.parquet and reasons.parquet of a snapshot hold of one household."""
    con = connect()
    score, rule_score, evidence = con.execute(
        f"SELECT score, rule_score, evidence FROM read_parquet({literal(str(snapshot / 'risk.parquet'))}) "
        "WHERE household_id = $1",
        [household_id],
    ).fetchone()
    rows = con.execute(
        "SELECT rule_code, rule_zh, weight, sentence "
        f"FROM read_parquet({literal(str(snapshot / 'reasons.parquet'))}) WHERE household_id = $1 ORDER BY ordinal",
        [household_id],
    ).fetchall()
    con.close()
    rules = {rule.code: rule for rule in load_rules()}
    return Expert(tuple(Fired(rules.get(code), zh, w, told) for code, zh, w, told in rows), evidence, score, rule_score)


def _shares(fired: Sequence[Fired], whole: Mapping[int, float] | None = None) -> tuple[dict[int, float], list[int]]:
    """Place -> share; with `whole` (undiscounted weights) the strongest left of a family counts whole again."""
    found: dict[int, float] = {}
    families: dict[str, list[Fired]] = {}
    for one in fired:
        families.setdefault(one.rule.family if one.rule else "", []).append(one)
    for family, members in families.items():
        if whole is None:
            strongest = max(members, key=lambda m: m.share)
            found |= {id(m): m.share if m is strongest or not family else m.share / FURTHER for m in members}
            continue
        strongest = max(members, key=lambda m: whole[id(m)])
        found |= {
            id(m): whole[id(m)] * (1.0 if m is strongest or not family else FURTHER) for m in members
        }  # fmt: skip
    return found, [id(one) for one in fired if one.rule is not None]


def _still(rule: Rule, moved: Mapping[str, float], peers: Mapping[str, Figures]) -> bool:
    return all(
        _holds(condition, moved[condition.indicator], peers.get(condition.indicator, {}))
        for condition in rule.when
        if condition.indicator in moved
    )


def _holds(condition: Condition, value: float, peers: Figures) -> bool:
    place = _place(value, peers)
    bounds = (
        (condition.at_least, value, 1), (condition.at_most, value, -1),
        (condition.above_peers, place, 1), (condition.below_peers, place, -1),
    )  # fmt: skip
    return all(bound is None or (figure - bound) * way >= 0 for bound, figure, way in bounds)


def _place(value: float, peers: Figures) -> float:
    """Where a value stands among the peers, 0..1, between their quantiles; in the middle where they are unknown."""
    known = [(peers[name], share) for share, name in MARKS if peers.get(name) is not None]
    if not known:
        return 0.5
    values, shares = zip(*known, strict=True)
    return float(np.interp(value, np.array(values, float), shares, left=0.0, right=1.0))
