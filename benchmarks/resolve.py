"""
Resolution against plain Splink defaults on the same simulated registers: seconds, precision, recall, growth.

    python benchmarks/resolve.py [--sizes 5000 20000 80000] [--seed 7717] [--no-plain] [--em]

Prints a markdown table. Registers are simulated with the given seed; the rules were made on another one. "plain" is
Splink 5 as its own tutorial uses it on the raw columns: library comparisons, u from random pairs, EM, probability 0.9,
connected components. "em" is Yihu with probabilities learned from each register instead of the shipped ones.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from yihu.lens.backends.duck import connect
from yihu.lens.resolve import resolution
from yihu.lens.resolve.blocking import FIRM_RULES, add_keys
from yihu.lens.resolve.evaluate import score_pairs_against
from yihu.lens.resolve.features import firm_features
from yihu.lens.resolve.models import load_models
from yihu.lens.resolve.training import train
from yihu.lens.resolve.view import view
from yihu.lens.simulate.run import simulate

Found = tuple[dict[str, str], int]
EM_RULES = ("block_rep_brand", "block_core_road")


def yihu_resolution(registers: dict[str, pa.Table]) -> Found:
    """The room's own way."""
    firms = resolution.resolve_firms(registers["registrations"], registers["registration_changes"])
    return _members(firms), firms.candidates


def em_resolution(registers: dict[str, pa.Table]) -> Found:
    """The room's way with probabilities learned from this register."""
    current, _ = resolution.latest_versions(registers["registrations"], "registration_id")
    features, _ = add_keys(firm_features(current, registers["registration_changes"]), FIRM_RULES)
    models, shipped = resolution.load_models, load_models()
    learned = train(features, shipped["firm"], list(FIRM_RULES), EM_RULES)
    resolution.load_models = lambda: {"firm": learned, "person": shipped["person"]}  # type: ignore[assignment]
    try:
        return yihu_resolution(registers)
    finally:
        resolution.load_models = models


def _members(firms: resolution.Found) -> dict[str, str]:
    members = view(firms.machine).members
    return dict(zip(members["registration_id"].to_pylist(), members["household_id"].to_pylist(), strict=True))


def plain_splink(registers: dict[str, pa.Table]) -> Found:
    """Splink as its tutorial shows it."""
    raw = registers["registrations"].rename_columns({"registration_id": "unique_id"})
    columns = ["unique_id", "name", "address", "phone", "legal_representative_name", "legal_representative_id"]
    api = DuckDBAPI(connect())
    settings = SettingsCreator(
        "dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("legal_representative_name").configure(term_frequency_adjustments=True),
            cl.ExactMatch("legal_representative_id"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("legal_representative_id"),
            block_on("name"),
            block_on("address"),
            block_on("phone"),
        ],
    )
    linker = Linker(api.register(raw.select(columns)), settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("legal_representative_id"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    pairs = linker.inference.predict()
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.9).as_pyarrow_table()
    found = dict(zip(groups["unique_id"].to_pylist(), map(str, groups["cluster_id"].to_pylist()), strict=True))
    return found, pairs.as_pyarrow_table().num_rows


def make_register(size: int, seed: int, folder: Path) -> tuple[dict[str, pa.Table], dict[str, str]]:
    """Simulate a register of `size` registrations; its tables and truth."""
    simulate(folder, taxpayers=size, invoices=1000, months=6, seed=seed, progress=lambda stage, done: None)
    tables = {
        name: resolution.complete(pq.read_table(folder / f"{name}.parquet"), name)
        for name in ("registrations", "registration_changes")
    }
    truth = pq.read_table(folder / "truth" / "duplicates.parquet")
    return tables, dict(
        zip(truth["registration_id"].to_pylist(), map(str, truth["taxpayer_id"].to_pylist()), strict=True)
    )


def report(way: str, run: Callable[[Any], Found], registers: dict[str, pa.Table], truth: dict[str, str]) -> None:
    """Run one way and print its row of the table."""
    begun = time.perf_counter()
    found, candidates = run(registers)
    seconds = time.perf_counter() - begun
    score = score_pairs_against(found, truth)
    size = len(truth)
    print(
        f"| {size:,} | {way} | {seconds:.1f} | {seconds / size * 1e6:.0f} | {candidates:,} | {candidates / size:.2f} "
        f"| {score.precision:.4f} | {score.recall:.4f} | {score.f1:.4f} |",
        flush=True,
    )


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000, 80_000])
    parser.add_argument("--seed", type=int, default=7717)
    parser.add_argument("--no-plain", action="store_true", help="leave plain Splink out")
    parser.add_argument("--em", action="store_true", help="also with probabilities learned from each register")
    given = parser.parse_args()
    print("| registrations | way | seconds | µs each | pairs compared | pairs each | precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|---|---|")
    ways = {"yihu": yihu_resolution}
    ways |= {} if given.no_plain else {"plain Splink": plain_splink}
    ways |= {"yihu, EM": em_resolution} if given.em else {}
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            registers, truth = make_register(size, given.seed, Path(folder))
            for way, run in ways.items():
                report(way, run, registers, truth)


if __name__ == "__main__":
    main()
