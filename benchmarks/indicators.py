"""
Indicators against the bare scan of the columns they read.

    python benchmarks/indicators.py 1000000 4000000 [--repeat 3] [--dir DIR]

For each number of invoices it writes a synthetic snapshot (power-law sellers, four of five invoices to a standing
partner, 24 months, 12 to 70 invoices a household), then measures, each repetition in this order:

- scan: DuckDB aggregates exactly the columns the indicators read (`reads.py`), both sides, trades and goods;
- full: all indicators and peers, no partials kept;
- again: the same with every partial kept;
- one day: one invoice more in the last month, the other months' partials kept.

Prints one markdown table: medians, with the range in brackets.
"""

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import connect, write_parquet
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.indicators.partials import month_files
from yihu.lens.indicators.reads import READS
from yihu.lens.indicators.run import write_indicators

MONTHS = 24
PER_HOUSEHOLD = 66
SELLER_ONLY = ("invoice_number", "blue_invoice_number")
DUCK_TYPES = {"string": "VARCHAR", "date32[day]": "DATE", "timestamp[us]": "TIMESTAMP", "bool": "BOOLEAN"}
INVOICE = """
SELECT household(seller) AS seller_household_id, household(buyer) AS buyer_household_id,
    CASE WHEN red THEN -amount ELSE amount END::DECIMAL(18,2) AS amount,
    (CASE WHEN red THEN -amount ELSE amount END * 0.13)::DECIMAL(18,2) AS tax_amount,
    (DATE '2023-01-01' + to_months({month}) + to_seconds(draw(i, 5, 2419200)::INT))::TIMESTAMP AS issued_at,
    lpad(i::VARCHAR, 20, '0') AS invoice_number, CASE WHEN red THEN lpad((i - 1)::VARCHAR, 20, '0') END
        AS blue_invoice_number,
    CASE WHEN draw(i, 6, 100) < 2 AND NOT red THEN 'VOID' ELSE 'VALID' END AS status_code,
    ['SPECIAL', 'GENERAL', 'DIGITAL_SPECIAL', 'DIGITAL_GENERAL'][1 + draw(i, 7, 4)] AS kind_code,
    province(seller) || '0100' AS seller_division_code, province(buyer) || '0100' AS buyer_division_code,
    lpad((100 + draw(seller, i % 3, 400))::VARCHAR, 3, '0') AS goods_group
FROM (
    SELECT i, seller, draw(i, 4, 100) < 4 AS red,
        CASE WHEN draw(i, 2, 5) < 4 THEN draw(seller, draw(i, 3, 8), {households})
            ELSE draw(i, 8, {households}) END AS buyer,
        exp(7 + 2 * sqrt(-2 * ln((1 + draw(i, 9, 999983)) / 999984.0))
            * cos(6.283 * (draw(i, 10, 999983)) / 999983.0))::DECIMAL(18,2) AS amount
    FROM (SELECT i, (pow((draw(i, 1, 1000003)) / 1000003.0, 3) * {households})::BIGINT AS seller
          FROM range({first}, {last}) r(i))
)
"""


def write_snapshot(out: Path, invoices: int) -> int:
    """Write the household room's tables; returns the number of households."""
    households = max(invoices // PER_HOUSEHOLD, 10)
    con = connect(spill=out / "spill")
    con.execute("CREATE MACRO draw(a, b, n) AS (hash(a, b) % n)::BIGINT")
    con.execute("CREATE MACRO household(n) AS 'H' || lpad(to_hex(hash(n) % 281474976710656), 12, '0')")
    con.execute(f"CREATE MACRO province(n) AS {['33', '33', '33', '31', '44', '51']}[1 + draw(n, 11, 6)]")
    for month in range(MONTHS):
        span = {"first": invoices * month // MONTHS, "last": invoices * (month + 1) // MONTHS}
        con.execute(
            "CREATE OR REPLACE TEMP TABLE month AS " + INVOICE.format(month=month, households=households, **span)
        )
        name = f"month={2023 + month // 12}-{month % 12 + 1:02d}.parquet"
        for side in ("seller", "buyer"):
            order = f"ORDER BY {side}_household_id, issued_at, invoice_number"
            write_parquet(con, f"FROM month {order}", out / f"invoices_by_{side}" / name)
    _write_trades(con, out)
    _write_registers(con, out, households)
    return households


def _write_trades(con: Any, out: Path) -> None:
    source = f"read_parquet('{out}/invoices_by_seller/*.parquet')"
    keys = "seller_household_id, buyer_household_id"
    valid = f"FROM {source} WHERE status_code <> 'VOID' GROUP BY ALL ORDER BY ALL"
    write_parquet(
        con,
        f"SELECT {keys}, date_trunc('month', issued_at)::DATE AS month, sum(amount)::DECIMAL(18,2) AS amount, "
        f"count(*) AS invoice_count {valid}",
        out / "trades.parquet",
    )
    write_parquet(
        con, f"SELECT {keys}, goods_group, sum(amount)::DECIMAL(18,2) AS amount {valid}", out / "trade_goods.parquet"
    )


def _write_registers(con: Any, out: Path, households: int) -> None:
    """Households with monthly returns; the other registers empty."""
    filled = {
        "households": "household(n) AS household_id, true AS is_registered, 'NORMAL' AS status_code, "
        "(13 + draw(n, 12, 70))::VARCHAR AS industry_code, province(n) || '0100' AS division_code, "
        "(DATE '2010-01-01' + (draw(n, 13, 5000))::INT)::DATE AS registered_on, "
        "1000000::DECIMAL(18,2) AS registered_capital, 'G' || draw(n, 12, 70) AS peer_group "
        f"FROM range(0, {households + 1}) r(n)",
        "returns": "household(n) AS household_id, 'VAT_GENERAL' AS form_code, m AS period_start, "
        "last_day(m) AS period_end, last_day(m) + 12 AS filed_on, last_day(m) + 15 AS due_on, "
        "(draw(n, m, 1000000))::DECIMAL(18,2) AS sales_amount, (draw(n, m, 30000))::DECIMAL(18,2) AS tax_payable "
        f"FROM range(0, {households + 1}) r(n), (SELECT (DATE '2023-01-01' + to_months(k))::DATE AS m FROM "
        f"range(0, {MONTHS}) s(k))",
    }
    for name, schema in READS.items():
        if not (out / f"{name}.parquet").exists() and not (out / name).exists():
            empty = ", ".join(f"NULL::{DUCK_TYPES.get(str(f.type)) or _number(f.type)} AS {f.name}" for f in schema)
            rows = f" UNION ALL BY NAME SELECT {filled[name]}" if name in filled else ""
            write_parquet(
                con, f"FROM (SELECT {empty} WHERE false{rows}) ORDER BY {schema.names[0]}", out / f"{name}.parquet"
            )


def _number(kind: Any) -> str:
    return str(kind).replace("decimal128", "DECIMAL").replace("int64", "BIGINT")


def scan(out: Path) -> None:
    """Touch every value of every column read, with the cheapest aggregate that cannot be answered from statistics."""
    con = connect()
    for name, schema in READS.items():
        source = f"{out}/{name}/*.parquet" if (out / name).is_dir() else f"{out}/{name}.parquet"
        other = "buyer_household_id" if name == "invoices_by_seller" else "seller_household_id"
        skipped = {other, *(SELLER_ONLY if name == "invoices_by_buyer" else ())} if "invoices" in name else set()
        columns = [_touch(f) for f in schema if f.name not in skipped]
        con.execute(f"SELECT {', '.join(columns)} FROM read_parquet('{source}')").fetchall()


def _touch(field: Any) -> str:
    kind = str(field.type)
    if kind == "string":
        return f"sum(strlen({field.name}))"
    if kind.startswith("decimal") or kind == "int64":
        return f"sum({field.name})"
    return f"sum(epoch_us({field.name}))" if kind == "timestamp[us]" else f"count({field.name} IS NULL OR NULL)"


def add_one_day(out: Path) -> None:
    """One invoice more in the last month, on both sides."""
    con = connect()
    for side in ("seller", "buyer"):
        path = month_files(out, side)[-1]
        fresh = path.with_suffix(".fresh")
        key = f"{side}_household_id"
        write_parquet(con, f"FROM (FROM '{path}' UNION ALL (FROM '{path}' LIMIT 1)) ORDER BY {key}, issued_at", fresh)
        fresh.replace(path)


def clock(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of one call (all threads)."""
    begun, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - used


def measure(out: Path, repeat: int) -> dict[str, list[tuple[float, float]]]:
    """Wall and processor seconds of each repetition by kind of work."""
    seconds: dict[str, list[tuple[float, float]]] = {"scan": [], "full": [], "again": [], "one day": []}
    for _ in range(repeat):
        root = Path(tempfile.mkdtemp(dir=out))

        def run(root: Path = root) -> None:
            write_indicators(Home(root), out, progress=lambda *_: None)

        seconds["scan"].append(clock(lambda: scan(out)))
        seconds["full"].append(clock(run))
        seconds["again"].append(clock(run))
        add_one_day(out)
        seconds["one day"].append(clock(run))
        shutil.rmtree(root)
    return seconds


def report(invoices: int, households: int, seconds: dict[str, list[tuple[float, float]]]) -> str:
    """One row of the table; the ratios are of wall and of processor seconds."""
    wall = {k: [w for w, _ in v] for k, v in seconds.items()}
    middle = {k: [statistics.median(part) for part in zip(*v, strict=True)] for k, v in seconds.items()}
    cells = [f"{middle[k][0]:.2f} [{min(v):.2f}–{max(v):.2f}]" for k, v in wall.items()]
    ratios = [f"{full / bare:.1f}×" for full, bare in zip(middle["full"], middle["scan"], strict=True)]
    memory = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GB"
    return "| " + " | ".join([f"{invoices:,}", f"{households:,}", *cells, *ratios, memory]) + " |"


def main() -> None:
    """Measure every size named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+", help="numbers of invoices")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    print(f"{len(catalogue())} indicators, {MONTHS} months, median of {options.repeat} [range], seconds")
    print(
        "\n| invoices | households | scan | full | again | one day | full ÷ scan | the same, processor | peak memory |"
    )
    print("|" + "---:|" * 9)
    for invoices in options.sizes:
        out = Path(tempfile.mkdtemp(prefix="indicators-", dir=options.dir))
        try:
            households = write_snapshot(out, invoices)
            print(report(invoices, households, measure(out, options.repeat)), flush=True)
        finally:
            shutil.rmtree(out)


if __name__ == "__main__":
    main()
