"""
Month partials: every invoice is read once per side, into additive sums per household and month.

One partial stands for one monthly file and is kept under `home.partials`, named by the hash of the file and of the
expression. Adding a day to a year therefore reads one month again, and windows of any length are sums of partials.
Money is DECIMAL(18,2); counts are integers; everything but `last_on` adds up.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import ibis

from yihu.kit.work_calendar import DayKind, shipped_calendar
from yihu.lens.backends.engine import Engine
from yihu.lens.home import Home, sync_directory
from yihu.lens.indicators.window import month_number_of

Side = Literal["seller", "buyer"]
SIDES: tuple[Side, Side] = ("seller", "buyer")
MONEY = "decimal(18, 2)"
WHOLE = "decimal(18, 0)"
SQUARES = "decimal(38, 0)"
SPECIAL_KINDS = ("SPECIAL", "DIGITAL_SPECIAL")
# Ceilings of one invoice (excluding tax) that the paper and early digital quotas know.
CEILINGS = (1_000, 10_000, 100_000, 1_000_000)
NEAR_CEILING = 95
ROUND_TO = 1_000
NIGHT_FROM, NIGHT_TO = 22, 6
MONTH_END_DAYS = 3
KEPT_VERSIONS = 2


def month_partial(invoices: Any, side: Side) -> Any:
    """
    Sums of one monthly file by the side's household; `month` is the number of its invoices' month.

    :param invoices: canonical invoice columns with both household ids; red rows have negative amounts
    """
    rows = _marked(invoices, side)
    measures = _seller_measures(rows) if side == "seller" else _buyer_measures(rows)
    sums = rows.group_by("household_id").agg(**_common_measures(rows), **measures)
    if side == "seller":
        sums = _with_same_month_reds(sums, rows)
    return sums


def _marked(invoices: Any, side: Side) -> Any:
    """The columns read, with the marks that measures filter by (computed once a row, never null)."""
    rows = invoices.select(
        *("issued_at", "amount", "tax_amount", "invoice_number", "blue_invoice_number"),
        household_id=invoices[f"{side}_household_id"],
        valid=invoices.status_code.fill_null("") != "VOID",
        special=invoices.kind_code.fill_null("").isin(SPECIAL_KINDS),
        seller_province=_province(invoices, "seller"),
        buyer_province=_province(invoices, "buyer"),
    )
    rows = rows.mutate(
        blue=rows.valid & (rows.amount > 0),
        red=rows.valid & (rows.amount < 0),
        located=rows.seller_province.notnull() & rows.buyer_province.notnull(),
        away=(rows.seller_province != rows.buyer_province).fill_null(False),
    )
    marks = _common_marks(rows) | (_seller_marks(rows) if side == "seller" else {})
    return rows.mutate(**marks)


def _province(invoices: Any, side: Side) -> Any:
    return invoices[f"{side}_division_code"].substr(0, 2).nullif("")


def _common_marks(rows: Any) -> dict[str, Any]:
    soon = rows.issued_at + ibis.interval(days=MONTH_END_DAYS)
    return {
        "special_valid": rows.valid & rows.special,
        "located_blue": rows.blue & rows.located,
        "away_blue": rows.blue & rows.located & rows.away,
        "month_end_blue": rows.blue & (soon.month() != rows.issued_at.month()),
        "day_yuan": rows.amount.floor().cast("int64") * rows.issued_at.day(),
    }


def _seller_marks(rows: Any) -> dict[str, Any]:
    hour = rows.issued_at.hour()
    timed = rows.blue & (rows.issued_at != rows.issued_at.truncate("D"))
    first_digit = rows.amount.cast("string").substr(0, 1)
    return {
        "special_blue": rows.blue & rows.special,
        "void_blue": ~rows.valid & (rows.amount > 0),
        "top": rows.blue & _near_ceiling(rows.amount),
        "round": rows.blue & ((rows.amount + rows.tax_amount) % ROUND_TO == 0),
        "timed": timed,
        "night": timed & ((hour >= NIGHT_FROM) | (hour < NIGHT_TO)),
        "weekend": rows.blue & (rows.issued_at.day_of_week.index() >= 5),
        "holiday": rows.blue & rows.issued_at.date().isin(holidays()),
        "red_linked": rows.red & (rows.blue_invoice_number.fill_null("") != ""),
        "yuan": rows.amount.floor().cast("int64"),
        "yuan_squared": rows.amount.floor().cast(SQUARES) * rows.amount.floor().cast(SQUARES),
        "digit": ibis.ifelse(rows.blue & (rows.amount >= 1), first_digit, ""),
    }


@cache
def holidays() -> tuple[date, ...]:
    """The days off that the State Council's notices declare (`yihu.kit.work_calendar`)."""
    spans = (span for year in shipped_calendar().years.values() for span in year.spans if span.kind is DayKind.OFF)
    return tuple(sorted({day for span in spans for day in span.days()}))


def _near_ceiling(amount: Any) -> Any:
    near = [amount.between(c * NEAR_CEILING // 100, c) for c in CEILINGS]
    return near[0] | near[1] | near[2] | near[3]


def _common_measures(rows: Any) -> dict[str, Any]:
    """What both sides keep of a month. `amount` and `tax_amount` are valid blue and red; `day_amount` is 元 × day."""
    return {
        "issued_count": rows.count(),
        "void_count": rows.count(where=~rows.valid),
        "blue_count": rows.count(where=rows.blue),
        "red_count": rows.count(where=rows.red),
        "amount": _money(rows.amount, rows.valid),
        "tax_amount": _money(rows.tax_amount, rows.valid),
        "blue_amount": _money(rows.amount, rows.blue),
        "located_amount": _money(rows.amount, rows.located_blue),
        "away_amount": _money(rows.amount, rows.away_blue),
        "month_end_amount": _money(rows.amount, rows.month_end_blue),
        "day_amount": rows.day_yuan.sum(where=rows.blue).cast(WHOLE).fill_null(0),
        "last_on": rows.issued_at.max().date(),
        "month": month_number_of(rows.issued_at.max()),
    }


def _seller_measures(rows: Any) -> dict[str, Any]:
    """What only the issuer answers for: how and when it issues. A day lies in one month, so days add up as well."""
    counted = ("top", "round", "timed", "night", "weekend", "holiday", "red_linked")
    measures = {f"{mark}_count": rows.count(where=rows[mark]) for mark in counted}
    digits = {f"digit_{d}": rows.count(where=rows.digit == str(d)) for d in range(1, 10)}
    amounts = {
        "red_amount": -_money(rows.amount, rows.red),
        "void_amount": _money(rows.amount, rows.void_blue),
        "special_amount": _money(rows.amount, rows.special_blue),
        "largest_amount": rows.amount.max(where=rows.blue).cast(MONEY).fill_null(0),
        "blue_yuan": rows.yuan.sum(where=rows.blue).cast(WHOLE).fill_null(0),
        "blue_squares": rows.yuan_squared.sum(where=rows.blue).cast(SQUARES).fill_null(0),
        "day_count": rows.issued_at.day().nunique(where=rows.blue),
    }
    return amounts | measures | digits


def _buyer_measures(rows: Any) -> dict[str, Any]:
    """What only the buyer may deduct."""
    return {"special_tax": _money(rows.tax_amount, rows.special_valid)}


def _money(amount: Any, where: Any) -> Any:
    return amount.sum(where=where).cast(MONEY).fill_null(0)


def _with_same_month_reds(sums: Any, rows: Any) -> Any:
    """Add `red_same_month_count`: red invoices whose blue one stands in the same monthly file."""
    reds = rows.filter(rows.red_linked).select("household_id", invoice_number="blue_invoice_number")
    blues = rows.filter(rows.blue).select("household_id", "invoice_number")
    found = reds.semi_join(blues, ["household_id", "invoice_number"]).group_by("household_id")
    joined = sums.left_join(found.agg(same=lambda t: t.count()), "household_id")
    return joined.select(*[sums[c] for c in sums.columns], red_same_month_count=joined.same.fill_null(0))


def month_files(out: Path, side: Side) -> list[Path]:
    """The monthly files of one side of a snapshot, oldest first."""
    return sorted((out / f"invoices_by_{side}").glob("*.parquet"))


def gather_partials(
    engine: Engine, home: Home, out: Path, side: Side, *, done: Callable[[], None] = lambda: None
) -> list[Path]:
    """
    The partials of every monthly file of one side, computing those not yet kept.

    :param done: called after each file
    :returns: parquet files, oldest month first
    :raises ValueError: a file is not named by its month (month=2024-03.parquet)
    """
    kept = []
    files = month_files(out, side)
    for path in files:
        _check_month(path)
    # One expression for all months: building and compiling it costs more than a small month's query.
    expression = month_partial(engine.read(files, name=f"{side}_month"), side)
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for path, content in zip(files, pool.map(_hash_file, files), strict=True):
            target = home.partials / f"{side}-{_month_name(path)}-{content}-{DEFINITION}.parquet"
            if not target.exists():
                engine.read([path], name=f"{side}_month")
                _write(engine, home, expression, target)
            kept.append(target)
            done()
    _forget(home, side, kept)
    return kept


def _write(engine: Engine, home: Home, expression: Any, target: Path) -> None:
    staged = home.new_staging() / target.name
    engine.write(expression, staged, order=["household_id"])
    target.parent.mkdir(parents=True, exist_ok=True)
    staged.rename(target)
    staged.parent.rmdir()
    sync_directory(target.parent)


def _check_month(path: Path) -> None:
    try:
        date.fromisoformat(f"{_month_name(path)}-01")
    except ValueError as error:
        raise ValueError(f"发票文件应按月命名（如 month=2024-03.parquet）：{path}") from error


def _month_name(path: Path) -> str:
    return path.stem.removeprefix("month=")


def _hash_file(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:24]


def _forget(home: Home, side: Side, used: Iterable[Path]) -> None:
    """Drop all but the newest `KEPT_VERSIONS` partials of a month; those in use stay."""
    wanted = set(used)
    months: dict[str, list[Path]] = {}
    for path in home.partials.glob(f"{side}-*.parquet"):
        months.setdefault(path.name[: len(side) + 8], []).append(path)
    for versions in months.values():
        newest = sorted(versions, key=lambda p: (p in wanted, p.stat().st_mtime_ns, p.name), reverse=True)
        for path in newest[KEPT_VERSIONS:]:
            if path not in wanted:
                path.unlink()


# Changing this file, or the calendar it counts by, makes every kept partial new.
DEFINITION = hashlib.sha256(Path(__file__).read_bytes() + repr(holidays()).encode()).hexdigest()[:8]
