"""The two Splink models, read from `models.yaml`, and the smoothed frequencies they adjust weights by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
import yaml
from splink import SettingsCreator, block_on

PRIOR_RECORDS = 20_000
"""Weight of the district imagined beside a real one, so that two alike records of five are not called common."""

EXPECTED_PAIRS_PER_RECORD = 0.05
"""How many true pairs a register holds for each of its records, before anything is known of it."""


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison; `when` is SQL or None for the last, `say` its Chinese evidence."""

    name: str
    when: str | None
    say: str
    tf: str | None
    m: float
    u: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Levels from the best down; `missing` is the SQL of nothing to compare. Splink numbers levels from the last, 0."""

    name: str
    missing: str
    levels: tuple[Level, ...]

    def level(self, gamma: int) -> Level | None:
        """The level Splink calls `gamma`; None for missing (-1)."""
        return self.levels[len(self.levels) - 1 - gamma] if gamma >= 0 else None

    def gamma(self, name: str) -> int:
        """Splink's number of a level."""
        return len(self.levels) - 1 - [x.name for x in self.levels].index(name)


@dataclass(frozen=True, slots=True)
class Model:
    """A comparison model and the match probability from which a pair may be merged."""

    name: str
    threshold: float
    comparisons: tuple[Comparison, ...]

    def __getitem__(self, name: str) -> Comparison:
        return next(c for c in self.comparisons if c.name == name)

    def tf_columns(self) -> list[str]:
        """Columns whose value frequencies adjust weights."""
        return sorted({level.tf for c in self.comparisons for level in c.levels if level.tf})

    def settings(self, rules: Sequence[str], records: int) -> SettingsCreator:
        """Splink settings for `records` records blocked on the key columns `rules`."""
        return SettingsCreator(
            link_type="dedupe_only",
            comparisons=[_splink_comparison(c) for c in self.comparisons],
            blocking_rules_to_generate_predictions=[block_on(rule) for rule in rules],
            probability_two_random_records_match=2 * EXPECTED_PAIRS_PER_RECORD / (records + PRIOR_RECORDS),
            retain_matching_columns=True,
            retain_intermediate_calculation_columns=False,
            linker_uid=f"yihu_{self.name}",
        )


@lru_cache(maxsize=1)
def load_models() -> Mapping[str, Model]:
    """The models ``firm`` and ``person``."""
    body = yaml.safe_load(files(__package__).joinpath("models.yaml").read_text(encoding="utf-8"))
    return {name: Model(name, spec["threshold"], tuple(_comparisons(spec))) for name, spec in body.items()}


def _comparisons(spec: Any) -> Iterator[Comparison]:
    for c in spec["comparisons"]:
        rows = tuple(
            Level(x["is"], x.get("if"), x["say"], x.get("tf"), float(x["m"]), float(x["u"])) for x in c["levels"]
        )
        yield Comparison(c["name"], c["missing"], rows)


def _splink_comparison(comparison: Comparison) -> Any:
    missing = levels.CustomLevel(comparison.missing).configure(is_null_level=True)
    parts = [missing, *map(_splink_level, comparison.levels)]
    return comparisons.CustomComparison(parts, output_column_name=comparison.name)


def _splink_level(level: Level) -> Any:
    made = levels.ElseLevel() if level.when is None else levels.CustomLevel(level.when, level.name)
    if level.tf is None:
        return made.configure(m_probability=level.m, u_probability=level.u)
    return made.configure(
        m_probability=level.m,
        u_probability=level.u,
        tf_adjustment_column=level.tf,
        disable_tf_exact_match_detection=True,
    )


def frequencies(column: pa.Array, name: str) -> pa.Table:
    """
    How often each value of a column occurs: columns `name` and tf_`name`.

    One record is taken off each count (of two alike records, one is the other's duplicate) and `PRIOR_RECORDS`
    imagined records with values of their own are added.
    """
    counts = pc.value_counts(column.drop_null())
    shared = pc.max_element_wise(pc.subtract(counts.field("counts"), 1), 1)
    frequency = pc.divide(shared.cast(pa.float64()), float(len(column) + PRIOR_RECORDS))
    return pa.table({name: counts.field("values"), f"tf_{name}": frequency})
