"""Compute every indicator of every household, and its peers' distribution."""

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import ibis

from yihu.lens.backends.duck import parquet_source
from yihu.lens.backends.engine import Engine, open_engine
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.indicators.facts import (
    goods,
    months,
    pairs,
    payments,
    people,
    registration,
    returns,
    sides,
    third_party,
    trade_abroad,
)
from yihu.lens.indicators.facts.inputs import Block, Inputs
from yihu.lens.indicators.partials import SIDES, gather_partials, month_files
from yihu.lens.indicators.peers import write_peers
from yihu.lens.indicators.window import Window

Progress = Callable[[str, float], None]
DECIMALS = 6
# Name shown while it runs -> facts it gives.
BLOCKS: Mapping[str, tuple[Block, ...]] = {
    "销售与采购": (sides.sold, sides.bought),
    "月度走势": (months.peaks, months.pauses, months.flows),
    "交易对手": (pairs.partners,),
    "货物": (goods.goods,),
    "申报": (returns.declared, returns.zero_streaks, returns.invoiced, returns.income, returns.expected),
    "缴款": (payments.payments,),
    "人员": (people.people, people.changes, people.takeovers, people.ties),
    "变更登记": (registration.amendments,),
    "海关与第三方": (trade_abroad.customs, third_party.third_party),
}


def write_indicators(
    home: Home, out: Path, *, backend: str = "duckdb", progress: Progress, as_of: date | None = None
) -> dict[str, Any]:
    """
    Write indicators.parquet and peers.parquet into a snapshot that holds the household room's tables.

    :param as_of: the day windows end; the last day with an invoice unless given
    :returns: households, indicators, peers (row counts), as_of (ISO date), seconds
    :raises NoInvoicesError: `out` holds no monthly file of invoices
    """
    begun = time.monotonic()
    scratch = home.new_staging()
    try:
        with open_engine(backend, spill=scratch / "spill") as engine:
            result = _write(engine, home, out, scratch, progress, as_of)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return result | {"seconds": round(time.monotonic() - begun, 3)}


class NoInvoicesError(ValueError):
    """There is nothing to compute indicators from."""


def _write(
    engine: Engine, home: Home, out: Path, scratch: Path, progress: Progress, as_of: date | None
) -> dict[str, Any]:
    files = _partials(engine, home, out, progress)
    window = Window(as_of or last_day(engine, chain.from_iterable(files.values())))
    inputs = Inputs(engine, out, scratch, window, {side: engine.read(paths) for side, paths in files.items()})
    facts = _facts(inputs, progress)
    progress("指标", 0.85)
    items = catalogue()
    figures = {item.code: _figure(item.express(facts)) for item in items}
    target = out / "indicators.parquet"
    rows = engine.write(facts.select("household_id", **figures), target, order=["household_id"])
    progress("同行分布", 0.95)
    peer_rows = write_peers(engine.duck, out / "households.parquet", target, list(figures), out / "peers.parquet")
    return {"households": rows, "indicators": len(items), "peers": peer_rows, "as_of": str(inputs.window.as_of)}


def _partials(engine: Engine, home: Home, out: Path, progress: Progress) -> dict[str, list[Path]]:
    count = sum(len(month_files(out, side)) for side in SIDES)
    if not count:
        raise NoInvoicesError("没有发票，无法计算指标")
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        progress(f"按月汇总 {done}/{count}", 0.5 * done / count)

    return {side: gather_partials(engine, home, out, side, done=step) for side in SIDES}


def last_day(engine: Engine, files: Iterable[Path]) -> date:
    """The last day with an invoice, from the partials of both sides."""
    (day,) = engine.duck.execute(f"SELECT max(last_on) FROM {parquet_source(list(files))}").fetchone()
    return date.fromisoformat(str(day))


def _facts(inputs: Inputs, progress: Progress) -> Any:
    """Every household with all facts, as one table that is read once."""
    parts = []
    for number, (name, blocks) in enumerate(BLOCKS.items()):
        progress(name, 0.5 + 0.35 * number / len(BLOCKS))
        parts += [
            inputs.keep(f"{b.__module__.rsplit('.', 1)[-1]}-{b.__name__}", b(inputs), ["household_id"]) for b in blocks
        ]
    base = registration.register(inputs).mutate(as_of_month=ibis.literal(float(inputs.window.month)))
    for number, block in enumerate(parts):
        base = base.left_join(block, "household_id", rname=f"{{name}}_{number}")
    return base


def _figure(value: Any) -> Any:
    """Rounded; what is not a number (an overflow of a division) counts as not applicable."""
    figure = value.cast("float64").round(DECIMALS)
    return ibis.ifelse(figure.isnan() | figure.isinf(), ibis.null("float64"), figure)
