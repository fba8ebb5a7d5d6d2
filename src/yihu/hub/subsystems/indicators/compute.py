"""The door to the catalogue: what is measured, how a snapshot's figures lie, which rules and models read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from yihu.hub.registers.snapshots.api import Snapshot, WorklistFilter, rules
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue, find_indicator
from yihu.lens.indicators.profile import read_profile, stability
from yihu.lens.indicators.theme import Indicator
from yihu.lens.learning.kept import list_models
from yihu.lens.schema import TABLES
from yihu.lens.snapshots.shelf import list_snapshots

# Population stability index, as credit scoring reads it.
STEADY, MOVED = 0.1, 0.25


@dataclass(frozen=True)
class Entry:
    """
    One indicator as the catalogue lists it.

    `profile` and `before` are its rows of this and the earlier snapshot's indicator_profile, empty without one; `rules`
    and `models` are (code, name).
    """

    item: Indicator
    profile: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[tuple[str, str], ...] = ()
    models: tuple[tuple[str, str], ...] = ()

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
    by_rule, by_model = rule_users(), model_users()
    return [
        Entry(
            item=i,
            profile=profiles.get(i.code, {}),
            before=before.get(i.code, {}),
            rules=by_rule.get(i.code, ()),
            models=by_model.get(i.code, ()),
        )
        for i in catalogue()
    ]


def find_entry(snapshot: Snapshot | None, code: str) -> Entry | None:
    """The indicator of that code."""
    if find_indicator(code) is None:
        return None
    return next(entry for entry in list_entries(snapshot) if entry.item.code == code)


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


def list_extremes(
    snapshot: Snapshot, code: str, bounds: WorklistFilter, *, lowest: bool, limit: int
) -> list[dict[str, Any]]:
    """Households within bounds at the suspicious end: household_id, name, peer_group, level_code, value."""
    return snapshot.extremes(code, bounds, lowest=lowest, limit=limit)


@cache
def rule_users() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Indicator -> the risk rules whose conditions read it."""
    users: dict[str, list[tuple[str, str]]] = {}
    for rule in rules().values():
        for code in dict.fromkeys(condition.indicator for condition in rule.when):
            users.setdefault(code, []).append((rule.code, rule.zh))
    return {code: tuple(found) for code, found in users.items()}


def model_users() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Indicator -> the models on the shelf that were trained on it."""
    users: dict[str, list[tuple[str, str]]] = {}
    for card in list_models(Home.from_env()):
        for feature in card.features:
            users.setdefault(feature.code, []).append((card.model_id, card.as_of))
    return {code: tuple(found) for code, found in users.items()}
