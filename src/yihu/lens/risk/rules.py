"""Load the expert rules that stand beside this file, and refuse rules that could not be read or explained."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


class RuleError(ValueError):
    """A rule is malformed; the message names the rule and the field."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one indicator; see rules.yaml for the meaning of each bound."""

    indicator: str
    at_least: float | None = None
    at_most: float | None = None
    above_peers: float | None = None
    below_peers: float | None = None
    full: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason an officer may read; `when[0]` is the indicator whose figure is shown with its peers."""

    code: str
    zh: str
    typology: str
    family: str
    weight: float
    when: tuple[Condition, ...]
    sentence: str
    law: str
    playbook: tuple[str, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes the rule needs: those it tests, then those its sentence names."""
        tested = [c.indicator for c in self.when]
        named = [f for _, f, _, _ in string.Formatter().parse(self.sentence) if f and f != "peers"]
        return tuple(dict.fromkeys(tested + named))


@cache
def load_rules() -> tuple[Rule, ...]:
    """The shipped rules in their written order."""
    text = files(__package__).joinpath("rules.yaml").read_text(encoding="utf-8")
    return read_rules(yaml.safe_load(text))


def read_rules(entries: list[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """
    Rules from their data.

    :raises RuleError: a field is missing, unknown or out of range, or two rules share a code
    """
    rules = tuple(_read_rule(entry) for entry in entries)
    codes = [rule.code for rule in rules]
    if len(set(codes)) != len(codes):
        raise RuleError(f"规则代码重复：{sorted({c for c in codes if codes.count(c) > 1})}")
    return rules


def _read_rule(entry: Mapping[str, Any]) -> Rule:
    name = entry.get("code", entry)
    try:
        when = tuple(Condition(**condition) for condition in entry["when"])
        rule = Rule(**{**entry, "when": when, "playbook": tuple(entry["playbook"])})
    except (KeyError, TypeError) as error:
        raise RuleError(f"规则 {name}：{error}") from error
    if not when or not 0 < rule.weight < 1:
        raise RuleError(f"规则 {name}：至少要有一个条件，weight 必须在 0 与 1 之间")
    for condition in when:
        _check(name, condition)
    return rule


def _check(name: object, condition: Condition) -> None:
    bounds = (condition.at_least, condition.at_most, condition.above_peers, condition.below_peers)
    if all(bound is None for bound in bounds):
        raise RuleError(f"规则 {name}：{condition.indicator} 没有界限")
    if condition.full is not None and (condition.at_least is None or condition.full <= condition.at_least):
        raise RuleError(f"规则 {name}：{condition.indicator} 的 full 必须大于 at_least")
    for share in (condition.above_peers, condition.below_peers):
        if share is not None and not 0 <= share <= 1:
            raise RuleError(f"规则 {name}：{condition.indicator} 的同类百分位必须在 0 与 1 之间")


def published_thresholds(rules: tuple[Rule, ...]) -> dict[str, float]:
    """
    What anybody can read out of the rules: figure -> the value from which a rule first fires (or up to which it does).

    Percentiles of peers and weights are left out: from outside nobody knows them.
    """
    found: dict[str, float] = {}
    for condition in (c for rule in rules for c in rule.when):
        name = condition.indicator
        if condition.at_least is not None and not name.startswith("is_"):
            found[name] = min(condition.at_least, found.get(name, condition.at_least))
        elif condition.at_most is not None:
            found[name] = max(condition.at_most, found.get(name, condition.at_most))
    return found
