"""Estimate a model's probabilities from a register without labels, to compare with (or replace) the shipped ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
from splink import block_on

from yihu.lens.resolve.models import Comparison, Model
from yihu.lens.resolve.scoring import open_linker

SEED = 1
RANDOM_PAIRS = 1e6
LEAST = 1e-7


def train(features: pa.Table, model: Model, rules: Sequence[str], em_rules: Sequence[str]) -> Model:
    """
    The model with u from random pairs (fixed seed) and m by expectation maximisation over the pairs of `em_rules`.

    A level that never occurred keeps the shipped probability.
    """
    linker = open_linker(features, model, rules)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    for rule in em_rules:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(rule))
    learned = {c["output_column_name"]: c for c in linker.misc.save_model_to_json()["comparisons"]}
    return replace(model, comparisons=tuple(_learned(c, learned[c.name]) for c in model.comparisons))


def _learned(comparison: Comparison, spec: Mapping[str, object]) -> Comparison:
    found = [x for x in spec["comparison_levels"] if not x.get("is_null_level")]  # type: ignore[attr-defined]
    pairs = zip(comparison.levels, found, strict=True)
    levels = (
        replace(a, m=max(b.get("m_probability") or a.m, LEAST), u=max(b.get("u_probability") or a.u, LEAST))
        for a, b in pairs
    )
    return replace(comparison, levels=tuple(levels))
