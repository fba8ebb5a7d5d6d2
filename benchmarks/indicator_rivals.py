"""
The same window sums four ways: by our month partials, by DuckDB flat, by Polars and by pandas; answers must be equal.

    uv sync --inexact --group bench && python benchmarks/indicator_rivals.py 250000 1000000 [--repeat 3] [--dir DIR]
    … 20000000 --without pandas     where its rows do not fit into memory

The task is what sellers' shares are made of: every (column, window) sum the grammar asks of the columns in `FLAGS`, for
every household, from 24 monthly parquet files. Ours is measured three times: with nothing kept, with the month partials
kept, and after one more day; its partials hold more columns than the task needs. The rivals read the columns they need,
mark every row and sum it once per window, which is how one writes it without month partials. Sums of money are compared
in fen, so equal means equal. The bare scan of `indicators.py` stands beside.
"""

import argparse
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import indicators as bench
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq

from yihu.lens.backends.duck import connect
from yihu.lens.backends.engine import open_engine
from yihu.lens.home import Home
from yihu.lens.indicators.facts import windows
from yihu.lens.indicators.facts.inputs import Inputs
from yihu.lens.indicators.grammar import spec
from yihu.lens.indicators.grammar.compare import fact_name
from yihu.lens.indicators.grammar.expand import needed_windows
from yihu.lens.indicators.partials import SIDES, gather_partials
from yihu.lens.indicators.run import last_day
from yihu.lens.indicators.window import Window

# column -> (what it sums, rows it sums) in SQL; `v` marks valid, `b` blue rows.
FLAGS = {
    "issued_count": ("1", "true"),
    "void_count": ("1", "NOT v"),
    "blue_count": ("1", "b"),
    "red_count": ("1", "v AND amount < 0"),
    "amount": ("amount", "v"),
    "tax_amount": ("tax_amount", "v"),
    "blue_amount": ("amount", "b"),
    "red_amount": ("-amount", "v AND amount < 0"),
    "void_amount": ("amount", "NOT v AND amount > 0"),
    "special_amount": ("amount", "b AND special"),
    "weekend_count": ("1", "b AND weekend"),
    "night_count": ("1", "b AND night"),
}
WANTED = sorted((column, window) for column, window in needed_windows()["sold"] if column in FLAGS)
READ = ["seller_household_id", "issued_at", "status_code", "kind_code", "amount", "tax_amount"]
SPECIAL = ["SPECIAL", "DIGITAL_SPECIAL"]
LAST_MONTH = 2024 * 12 + 11


def ours(out: Path, home: Home) -> pd.DataFrame:
    """The block `sold-sums` of the bulk run, month partials included."""
    scratch = home.new_staging()
    with open_engine(spill=scratch / "spill") as engine:
        files = {side: gather_partials(engine, home, out, side) for side in SIDES[:1]}
        window = Window(last_day(engine, files["seller"]))
        inputs = Inputs(engine, out, scratch, window, {side: engine.read(paths) for side, paths in files.items()})
        path = inputs.keep("sold-sums", windows.sums(inputs, "sold"), ["household_id"])
    found = pq.read_table(path, columns=["household_id", *names()]).to_pandas()
    shutil.rmtree(scratch)
    return found


def names() -> list[str]:
    return [fact_name(f"sold.{column}", window) for column, window in WANTED]


def by_duckdb(out: Path) -> pd.DataFrame:
    """One flat query: every row is marked and summed once per window."""
    con = connect()
    sums = []
    for column, window in WANTED:
        what, where = FLAGS[column]
        first, end = spec.windows()[window]
        inside = f"({where}) AND age >= {first} AND age < {end}"
        sums.append(f"sum({what}) FILTER ({inside}) AS {fact_name(f'sold.{column}', window)}")
    rows = (
        "SELECT *, status_code <> 'VOID' AS v, status_code <> 'VOID' AND amount > 0 AS b, "
        f"kind_code IN {tuple(SPECIAL)} AS special, "
        "isodow(issued_at) >= 6 AS weekend, (hour(issued_at) >= 22 OR hour(issued_at) < 6) "
        "AND issued_at <> date_trunc('day', issued_at) AS night, "
        f"{LAST_MONTH} - (year(issued_at) * 12 + month(issued_at) - 1) AS age "
        f"FROM read_parquet('{out}/invoices_by_seller/*.parquet')"
    )
    return con.sql(f"SELECT seller_household_id AS household_id, {', '.join(sums)} FROM ({rows}) GROUP BY 1").df()


def by_polars(out: Path) -> pd.DataFrame:
    """The same as one lazy plan."""
    at, amount = pl.col("issued_at"), pl.col("amount")
    rows = pl.scan_parquet(f"{out}/invoices_by_seller/*.parquet").select(READ)
    rows = rows.with_columns(
        age=LAST_MONTH - (at.dt.year().cast(pl.Int32) * 12 + at.dt.month().cast(pl.Int32) - 1),
        v=pl.col("status_code") != "VOID",
        special=pl.col("kind_code").is_in(SPECIAL),
        weekend=at.dt.weekday() >= 6,
        night=((at.dt.hour() >= 22) | (at.dt.hour() < 6)) & (at != at.dt.truncate("1d")),
    ).with_columns(b=pl.col("v") & (amount > 0))
    b, v = pl.col("b"), pl.col("v")
    one, tax = pl.lit(1), pl.col("tax_amount")
    flags = {
        "issued_count": (one, pl.lit(value=True)), "void_count": (one, ~v), "blue_count": (one, b),
        "red_count": (one, v & (amount < 0)), "amount": (amount, v), "tax_amount": (tax, v),
        "blue_amount": (amount, b), "red_amount": (-amount, v & (amount < 0)),
        "void_amount": (amount, ~v & (amount > 0)), "special_amount": (amount, b & pl.col("special")),
        "weekend_count": (one, b & pl.col("weekend")), "night_count": (one, b & pl.col("night")),
    }  # fmt: skip
    sums = []
    for column, window in WANTED:
        (what, where), (first, end) = flags[column], spec.windows()[window]
        inside = where & (pl.col("age") >= first) & (pl.col("age") < end)
        sums.append(pl.when(inside).then(what).otherwise(0).sum().alias(fact_name(f"sold.{column}", window)))
    return rows.group_by(household_id="seller_household_id").agg(sums).collect(engine="streaming").to_pandas()


def by_pandas(out: Path) -> pd.DataFrame:
    """The same with a column per sum; money in fen, because pandas has no decimals of its own."""
    rows = pq.read_table(out / "invoices_by_seller", columns=READ, partitioning=None)
    frame = rows.drop(["amount", "tax_amount"]).to_pandas()
    amount, tax = (_fen(rows[name]) for name in ("amount", "tax_amount"))
    at = frame["issued_at"].dt
    age = (LAST_MONTH - (at.year * 12 + at.month - 1)).to_numpy()
    v = (frame["status_code"] != "VOID").to_numpy()
    b = v & (amount > 0)
    night = ((at.hour >= 22) | (at.hour < 6)).to_numpy() & (frame["issued_at"] != at.floor("D")).to_numpy()
    one = np.ones(len(frame), np.int64)
    flags: dict[str, tuple[Any, Any]] = {
        "issued_count": (one, one > 0), "void_count": (one, ~v), "blue_count": (one, b),
        "red_count": (one, v & (amount < 0)), "amount": (amount, v), "tax_amount": (tax, v), "blue_amount": (amount, b),
        "red_amount": (-amount, v & (amount < 0)), "void_amount": (amount, ~v & (amount > 0)),
        "special_amount": (amount, b & frame["kind_code"].isin(SPECIAL).to_numpy()),
        "weekend_count": (one, b & (at.weekday >= 5).to_numpy()), "night_count": (one, b & night),
    }  # fmt: skip
    made = {}
    for column, window in WANTED:
        (what, where), (first, end) = flags[column], spec.windows()[window]
        name = fact_name(f"sold.{column}", window)
        made[name] = np.where(where & (age >= first) & (age < end), what, 0)
        made[name] = made[name] / 100 if column.endswith("amount") else made[name]
    sums = pd.DataFrame(made).groupby(frame["seller_household_id"], sort=False).sum()
    return sums.rename_axis("household_id").reset_index()


def _fen(column: Any) -> Any:
    return np.rint(column.cast("float64").to_numpy() * 100).astype(np.int64)


def assert_equal(answers: dict[str, pd.DataFrame]) -> None:
    """Every answer has the same households and, in fen, the same sums (a window without rows counts as nothing)."""
    fen = {
        who: np.rint(a.set_index("household_id").sort_index()[names()].astype(float).fillna(0) * 100).astype("int64")
        for who, a in answers.items()
    }
    first, *others = fen
    for other in others:
        pd.testing.assert_frame_equal(fen[first], fen[other], check_names=False)


def measure(out: Path, repeat: int, without: list[str]) -> dict[str, list[tuple[float, float]]]:
    """Wall and processor seconds of each repetition by way, in turn, so that a busy minute hits all."""
    rivals = {"DuckDB flat": by_duckdb, "Polars": by_polars, "pandas": by_pandas}
    spent: dict[str, list[tuple[float, float]]] = {}
    for number in range(repeat):
        root = Path(tempfile.mkdtemp(dir=out))
        answers: dict[str, pd.DataFrame] = {}

        def timed(name: str, work: Callable[[], pd.DataFrame], answers: dict[str, pd.DataFrame] = answers) -> None:
            spent.setdefault(name, []).append(bench.clock(lambda: answers.__setitem__(name, work())))

        spent.setdefault("bare scan", []).append(bench.clock(lambda: bench.scan(out)))
        timed("ours, nothing kept", lambda root=root: ours(out, Home(root)))
        timed("ours, partials kept", lambda root=root: ours(out, Home(root)))
        for name, rival in rivals.items():
            if name not in without:
                timed(name, lambda rival=rival: rival(out))
        assert_equal(answers)
        if number == repeat - 1:
            bench.add_one_day(out)
            timed("ours, one more day", lambda root=root: ours(out, Home(root)))
        shutil.rmtree(root)
    return spent


def main() -> None:
    """Measure every size named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+", help="numbers of invoices")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--without", nargs="*", default=[], choices=["DuckDB flat", "Polars", "pandas"])
    options = parser.parse_args()
    print(f"{len(WANTED)} sums; {platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    print(f"DuckDB {duckdb.__version__}, Polars {pl.__version__}, pandas {pd.__version__}")
    print("\n| invoices | way | wall, best [all] | processor, best |\n|---:|---|---:|---:|")
    for invoices in options.sizes:
        out = Path(tempfile.mkdtemp(prefix="rivals-", dir=options.dir))
        try:
            bench.write_snapshot(out, invoices)
            for name, seconds in measure(out, options.repeat, options.without).items():
                walls = ", ".join(f"{wall:.2f}" for wall, _ in seconds)
                wall, processor = (min(part) for part in zip(*seconds, strict=True))
                print(f"| {invoices:,} | {name} | {wall:.2f} [{walls}] | {processor:.2f} |", flush=True)
        finally:
            shutil.rmtree(out)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
