"""Compute every indicator of every household, and its peers' distribution."""

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import parquet_source
from yihu.lens.backends.engine import Engine, open_engine
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.indicators.facts import (
    against,
    circles,
    goods,
    months,
    pairs,
    payments,
    people,
    registration,
    returns,
    schemes,
    sides,
    third_party,
    trade_abroad,
    windows,
)
from yihu.lens.indicators.facts.inputs import Block, Inputs
from yihu.lens.indicators.facts.pairs import SIDES as PARTNER_SIDES
from yihu.lens.indicators.facts.stems import SOURCES
from yihu.lens.indicators.grammar.expand import needed_shapes, needed_windows
from yihu.lens.indicators.online import FACTS, REGISTER
from yihu.lens.indicators.partials import SIDES, gather_partials, month_files
from yihu.lens.indicators.peers import write_peers
from yihu.lens.indicators.profile import PROFILE, write_profile
from yihu.lens.indicators.window import Window

Progress = Callable[[str, float], None]
# Name shown while it runs -> facts it gives.
BLOCKS: Mapping[str, tuple[Block, ...]] = {
    "销售与采购": (sides.sold, sides.bought),
    "月度走势": (months.peaks, months.pauses, months.flows),
    "交易对手": (pairs.partners,),
    "货物": (goods.goods,),
    "申报": (
        returns.declared,
        returns.zero_streaks,
        returns.invoiced,
        returns.income,
        returns.expected,
        returns.refunded,
    ),
    "缴款": (payments.payments,),
    "人员": (people.people, people.changes, people.takeovers, people.ties),
    "案情": (schemes.lives, schemes.edges, schemes.owners, schemes.founded_together),
    "变更登记": (registration.amendments,),
    "海关与第三方": (trade_abroad.customs, third_party.third_party),
}


def write_indicators(
    home: Home, out: Path, *, backend: str = "duckdb", progress: Progress, as_of: date | None = None
) -> dict[str, Any]:
    """
    Write indicators, their facts/, peers and profile (parquet) into a snapshot that holds the household room's tables.

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
    values = {item.code: item.express(facts) for item in items}
    target = out / "indicators.parquet"
    rows = engine.write(against.figures(facts, values, "household_id"), target, order=["household_id"])
    progress("同行分布", 0.95)
    peer_rows = write_peers(engine.duck, out / "households.parquet", target, list(values), out / "peers.parquet")
    progress("指标画像", 0.98)
    write_profile(engine.duck, target, out / PROFILE)
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
    register = _keep(inputs, REGISTER, registration.register(inputs))
    parts = [register]
    for number, (name, blocks) in enumerate(BLOCKS.items()):
        progress(name, 0.5 + 0.2 * number / len(BLOCKS))
        parts += [_keep(inputs, f"{b.__module__.rsplit('.', 1)[-1]}-{b.__name__}", b(inputs)) for b in blocks]
    progress("多窗口汇总", 0.7)
    grammar = _grammar(inputs)
    progress("同行与对手比较", 0.8)
    compared = _compared(inputs, inputs.engine.read_joined([register, *grammar], "household_id"))
    return inputs.engine.read_joined([*parts, *grammar, *compared], "household_id")


def _keep(inputs: Inputs, name: str, rows: Any) -> Path:
    """A block of facts; it stays in the snapshot, where `online` reads single households."""
    path = inputs.out / FACTS / f"{name}.parquet"
    inputs.engine.write(rows, path, order=["household_id"])
    return path


def _grammar(inputs: Inputs) -> list[Path]:
    """The facts that the grammar asks for, a block per source."""
    made = {f"{source}-sums": windows.sums(inputs, source) for source in SOURCES if source in needed_windows()}
    made |= {f"{source}-shapes": windows.shapes(inputs, source) for source in needed_shapes()}
    made |= {f"{side}-circles": circles.circles(inputs, side) for side in PARTNER_SIDES}
    return [_keep(inputs, name, rows) for name, rows in made.items()]


def _compared(inputs: Inputs, facts: Any) -> list[Path]:
    """Figures of all households, as the peers and the partners of each."""
    own = inputs.engine.read([inputs.keep("bases", against.bases(facts), ["household_id"])])
    middles = _keep(inputs, "peers-middles", against.peer_middles(own))
    return [
        middles,
        *(_keep(inputs, f"{side}-means", against.partner_means(inputs, own, side)) for side in PARTNER_SIDES),
    ]
