"""
What gathering, a full build and one more day cost, and how that grows.

    python benchmarks/pipeline.py --work DIR 200000:5000 1000000:20000 10000000:100000

For each INVOICES:REGISTRATIONS it simulates a district (24 months, fixed seed), gathers and builds it in fresh
processes,
then gathers one more day of invoices and builds again. Times are whole-process wall seconds, memory the process's peak;
the scan beside them is DuckDB reading the amount columns of the gathered invoices once in the same run.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

SEED = 20260101
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command: what it printed, seconds, and the largest memory seen so far in GB."""

    said: Any
    seconds: float
    peak_gb: float


def yihu(home: Path, *arguments: str) -> Run:
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "yihu.cli.main", *arguments, "--json"],
        env={**os.environ, "YIHU_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds = time.perf_counter() - begun
    return Run(json.loads(done.stdout), seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20)


def scan_seconds(home: Path) -> float:
    pattern = str(home / "batches/*/invoices/*.parquet")
    begun = time.perf_counter()
    duckdb.sql(f"SELECT sum(amount), sum(tax_amount), count(DISTINCT seller_number) FROM '{pattern}'").fetchall()
    return time.perf_counter() - begun


def one_more_day(district: Path, out: Path) -> int:
    """Write the newest month's first-day rows again under new numbers: what one day adds. Returns rows."""
    newest = sorted((district / "invoices").glob("*.parquet"))[-1]
    day = duckdb.sql(
        "SELECT * REPLACE (invoice_number[:-2] || 'Z' || invoice_number[-1:] AS invoice_number) "
        f"FROM '{newest}' WHERE issued_at::DATE = (SELECT max(issued_at)::DATE FROM '{newest}')"
    ).to_arrow_table()
    (out / "invoices").mkdir(parents=True)
    pq.write_table(day, out / "invoices" / newest.name)
    return int(day.num_rows)


def measure(work: Path, invoices: int, registrations: int) -> dict[str, Any]:
    place = work / f"{invoices}"
    shutil.rmtree(place, ignore_errors=True)
    district, home = place / "district", place / "home"
    sizes = ("--taxpayers", str(registrations), "--invoices", str(invoices))
    made = yihu(home, "simulate", *sizes, "--months", str(MONTHS), "--seed", str(SEED), "--out", str(district))
    gathered = yihu(home, "gather", "--from", str(district))
    scan = min(scan_seconds(home) for _ in range(3))
    built = yihu(home, "build")
    added = one_more_day(district, place / "day")
    yihu(home, "gather", "--from", str(place / "day"))
    again = yihu(home, "build")
    return {
        "invoices": gathered.said["tables"]["invoices"]["read"],
        "households": built.said["households"],
        "simulate s": round(made.seconds, 1),
        "gather s": round(gathered.seconds, 1),
        "rows/s": round(gathered.said["tables"]["invoices"]["read"] / gathered.seconds),
        "build s": round(built.seconds, 1),
        **{f"{step} s": round(seconds, 1) for step, seconds in built.said["timings"].items()},
        "day rows": added,
        "day build s": round(again.seconds, 1),
        "day/full": round(again.seconds / built.seconds, 2),
        "scan s": round(scan, 3),
        "build/scan": round(built.seconds / scan),
        "peak GB": round(again.peak_gb, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("sizes", nargs="+", help="INVOICES:REGISTRATIONS")
    wanted = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, "
        f"duckdb {duckdb.__version__}, seed {SEED}, {MONTHS} months\n"
    )
    rows = []
    for size in wanted.sizes:
        invoices, registrations = map(int, size.split(":"))
        rows.append(measure(wanted.work, invoices, registrations))
        print(json.dumps(rows[-1], ensure_ascii=False), file=sys.stderr)
    print("| | " + " | ".join(str(r["invoices"]) for r in rows) + " |")
    print("|---" * (len(rows) + 1) + "|")
    for name in list(rows[0])[1:]:
        print(f"| {name} | " + " | ".join(str(r[name]) for r in rows) + " |")


if __name__ == "__main__":
    main()
