"""
Pairs of indicators that say nearly the same: rank correlation above a bound on one or more built districts.

    python benchmarks/indicator_overlap.py var/snapshots/current [OTHER/indicators.parquet ...] [--least 0.99]

A pair is printed when it stands above the bound on every district that has at least 200 households with both figures.
"""

import argparse
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

LEAST_HOUSEHOLDS = 200


def correlations(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Spearman's rho of every pair of indicators, and how many households have both."""
    file = path / "indicators.parquet" if path.is_dir() else path
    figures = pd.read_parquet(file).set_index("household_id")
    known = figures.notna().to_numpy(dtype=np.int64)
    both = pd.DataFrame(known.T @ known, figures.columns, figures.columns)
    return figures.corr(method="spearman", min_periods=LEAST_HOUSEHOLDS), both


def main() -> None:
    """Print the pairs, closest first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("districts", type=Path, nargs="+")
    parser.add_argument("--least", type=float, default=0.99)
    options = parser.parse_args()
    tables = [correlations(path) for path in options.districts]
    columns = sorted(set.intersection(*(set(rho.columns) for rho, _ in tables)))
    found = []
    for left, right in combinations(columns, 2):
        values = [rho.at[left, right] for rho, _ in tables if not np.isnan(rho.at[left, right])]
        if values and min(map(abs, values)) >= options.least:
            found.append((min(map(abs, values)), left, right, max(both.at[left, right] for _, both in tables)))
    for rho, left, right, households in sorted(found, reverse=True):
        print(f"{rho:.4f}  {left}  {right}  ({households:,} households)")
    print(f"{len(found)} pairs of {len(columns)} indicators above {options.least}")


if __name__ == "__main__":
    main()
