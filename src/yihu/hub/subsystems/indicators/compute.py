"""The door to the catalogue: what is measured, how a snapshot's figures lie, what reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from yihu.hub.registers.snapshots.api import Rule, Snapshot, rules
from yihu.hub.subsystems.indicators.choices import Standing
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue, find_indicator, show
from yihu.lens.indicators.profile import read_profile, stability
from yihu.lens.indicators.theme import Indicator, Unit
from yihu.lens.learning.in_force import read_in_force
from yihu.lens.learning.kept import ModelError, NoModelError
from yihu.lens.learning.splits import Asked, Splits, read_splits
from yihu.lens.risk.features import indicator_codes
from yihu.lens.risk.rules import Condition
from yihu.lens.schema import TABLES
from yihu.lens.scoreboard.published import read_board
from yihu.lens.snapshots.shelf import list_snapshots

# Population stability index, as credit scoring reads it.
STEADY, MOVED = 0.1, 0.25


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule that reads an indicator; `told`: its bounds in words, empty where only the reason's sentence reads it."""

    code: str
    zh: str
    typology: str
    told: str


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A kept model whose trees ask for an indicator; `heads` are what it tells apart by it, the overall score first."""

    model_id: str
    as_of: str
    made_at: str
    standing: Standing
    heads: tuple[Asked, ...]


@dataclass(frozen=True)
class Entry:
    """
    One indicator as the catalogue lists it.

    `profile` and `before` are its rows of this and the earlier snapshot's indicator_profile, empty without one;
    `in_outliers` tells whether the outlier score of the ranking looks at it.
    """

    item: Indicator
    profile: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[RuleUse, ...] = ()
    models: tuple[ModelUse, ...] = ()
    in_outliers: bool = False

    @property
    def users(self) -> int:
        """How many rules, scores and models read it."""
        return len(self.rules) + len(self.models) + self.in_outliers

    @property
    def missing(self) -> float | None:
        """Share of households without the figure."""
        return _missing(self.profile)

    @property
    def missing_before(self) -> float | None:
        """The same in the snapshot before."""
        return _missing(self.before)

    @cached_property
    def stability(self) -> float | None:
        """Against the snapshot before: the population stability index."""
        return stability(self.profile, self.before) if self.profile and self.before else None

    @property
    def steadiness(self) -> str:
        """The index in a word."""
        if self.stability is None:
            return ""
        return "稳定" if self.stability < STEADY else "略有变动" if self.stability < MOVED else "明显变动"

    @property
    def told(self) -> str:
        """The officer's sentence with places for the figure."""
        return self.item.sentence.format(value="〔数值〕", peers="〔同行〕")

    @property
    def sources(self) -> list[str]:
        """Names of the source tables."""
        return [TABLES[table].zh for table in self.item.tables]


def _missing(profile: Mapping[str, Any]) -> float | None:
    count = profile.get("household_count")
    return 1 - profile["known_count"] / count if count else None


def list_entries(snapshot: Snapshot | None) -> list[Entry]:
    """Every indicator in the catalogue's order; with nothing built, what is measured without how it lies."""
    profiles = read_profiles(snapshot.path) if snapshot else {}
    before = read_profiles(earlier) if snapshot and (earlier := _earlier(snapshot)) else {}
    by_rule, by_model, outliers = rule_users(), model_users(), _outlier_codes()
    return [
        Entry(
            item=i,
            profile=profiles.get(i.code, {}),
            before=before.get(i.code, {}),
            rules=by_rule.get(i.code, ()),
            models=by_model.get(i.code, ()),
            in_outliers=i.code in outliers,
        )
        for i in catalogue()
    ]


def find_entry(snapshot: Snapshot | None, code: str) -> Entry | None:
    """The indicator of that code."""
    if find_indicator(code) is None:
        return None
    return next(entry for entry in list_entries(snapshot) if entry.item.code == code)


@cache
def themes() -> tuple[str, ...]:
    """The themes in the catalogue's order."""
    return tuple(dict.fromkeys(item.theme for item in catalogue()))


@cache
def windows() -> Mapping[int, str]:
    """The windows that indicators look at, in months, with their names."""
    months = sorted({item.window for item in catalogue()})
    return {window: f"{window} 个月" if window else "时点或全部历史" for window in months}


@cache
def sources() -> Mapping[str, str]:
    """The source tables that indicators read, with their names."""
    return {table: TABLES[table].zh for item in catalogue() for table in item.tables}


@lru_cache(maxsize=4)
def read_profiles(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """How each indicator's figures lie in a snapshot's directory, which never changes."""
    return read_profile(path)


def _earlier(snapshot: Snapshot) -> Path | None:
    """The directory of the snapshot published before this one, if it is still kept."""
    before = [kept for kept in list_snapshots(snapshot.home) if kept.id < snapshot.id]
    return max(before, key=lambda kept: kept.id).path if before else None


def list_peers(snapshot: Snapshot, code: str) -> list[dict[str, Any]]:
    """Quantiles of one indicator in each peer group, the largest groups first."""
    return snapshot.rows(
        "SELECT peer_group, household_count, p05, p25, p50, p75, p95 FROM peers WHERE indicator_code = ? "
        "ORDER BY household_count DESC, peer_group",
        [code],
    )


@cache
def rule_users() -> Mapping[str, tuple[RuleUse, ...]]:
    """Indicator -> the risk rules that test it, or whose reason tells its figure."""
    users: dict[str, list[RuleUse]] = {}
    for rule in rules().values():
        for code in rule.indicators:
            item = find_indicator(code)
            if item is not None:
                users.setdefault(code, []).append(RuleUse(rule.code, rule.zh, rule.typology, _tell(rule, item)))
    return {code: tuple(found) for code, found in users.items()}


def _tell(rule: Rule, item: Indicator) -> str:
    return "；".join(_bounds(condition, item.unit) for condition in rule.when if condition.indicator == item.code)


def _bounds(condition: Condition, unit: Unit) -> str:
    parts = []
    if condition.at_least is not None:
        full = "" if condition.full is None else f"（到 {show(condition.full, unit)} 计满分）"
        parts.append(f"不低于 {show(condition.at_least, unit)}{full}")
    if condition.at_most is not None:
        parts.append(f"不高于 {show(condition.at_most, unit)}")
    if condition.above_peers is not None:
        parts.append(f"高于 {condition.above_peers:.0%} 的同行")
    if condition.below_peers is not None:
        parts.append(f"低于 {1 - condition.below_peers:.0%} 的同行")
    return "，".join(parts)


@cache
def _outlier_codes() -> frozenset[str]:
    return frozenset(indicator_codes())


def model_users() -> Mapping[str, tuple[ModelUse, ...]]:
    """Indicator -> the whole models on the shelf whose trees ask for it: what is in force first, then the newest."""
    state = read_in_force(Home.from_env())
    users: dict[str, list[ModelUse]] = {}
    for told in _list_splits():
        standing = {state.champion: Standing.CHAMPION, state.challenger: Standing.CHALLENGER}.get(
            told.card.model_id, Standing.KEPT
        )
        for code, heads in told.by_code.items():
            users.setdefault(code, []).append(
                ModelUse(told.card.model_id, told.card.as_of, told.card.made_at, standing, heads)
            )
    order = list(Standing)
    return {code: tuple(sorted(found, key=lambda use: order.index(use.standing))) for code, found in users.items()}


def has_models() -> bool:
    """Whether any whole model is on the shelf."""
    return bool(_list_splits())


def _list_splits() -> list[Splits]:
    """The models on the shelf, the newest first; damaged ones are left out."""
    folder, found = Home.from_env().models, []
    for path in folder.glob("M*") if folder.is_dir() else ():
        try:
            found.append(_splits(folder.parent, path.name))
        except (ModelError, NoModelError):
            continue
    return sorted(found, key=lambda told: (told.card.made_at, told.card.model_id), reverse=True)


@lru_cache(maxsize=32)
def _splits(root: Path, model_id: str) -> Splits:
    """A model's files never change, so the answer is kept for the life of the process."""
    return read_splits(Home(root), model_id)


def list_board_figures() -> Mapping[str, Mapping[str, Any]]:
    """Rule -> its average precision alone on the published scoreboard, {value, low, high}."""
    board = read_board(Home.from_env()).board
    return {
        method["method"].removeprefix("rule:"): method["rows"][0]["average_precision"]
        for method in board["methods"]
        if method["kind"] == "rule"
    }
