"""
Selective labels: whom officers of the past inspected, by which way, and what they concluded.

The policy stands in `inspections.yaml`. It looks at the books as they were when a month began, at size, trade and
district; only complaints know something of the truth. So the inspected are not like the others, and some are judged
wrongly.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from yihu.lens.schema.catalogue import CODES
from yihu.lens.simulate.economy import load_economy, read_yaml
from yihu.lens.simulate.ledger import Ledger
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import NEVER, Flags, Floats, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.registry import Registry
from yihu.lens.simulate.scheme_list import SCHEMES

WAYS = tuple(CODES["inspection_selection"])
"""Ways of selection, in the order in which a month's inspections are given out."""
CONFIRMED, CLEARED, PENDING = (list(CODES["inspection_outcome"]).index(c) for c in ("CONFIRMED", "CLEARED", "PENDING"))
RULES = ("开票突增", "进项不足", "税负偏低", "新户")
HALF_YEAR = 183


@lru_cache(maxsize=1)
def policy() -> Any:
    """The parameters of `inspections.yaml`."""
    return read_yaml("inspections.yaml")


@dataclass
class Inspections:
    """
    Rows of equal length, in order of opening.

    `way` and `outcome` are places in their code lists; `closed` is `NEVER` while pending; `named` is the scheme written
    down or -1; `due` fen; `rules` a bit for each of `RULES` that fired. Truth: `scheme` (-1: innocent that day) and
    `propensity`, the chance of being opened in that month by any way, to first order.
    """

    who: Ints
    way: Ints
    opened: Ints
    closed: Ints
    outcome: Ints
    named: Ints
    due: Ints
    hours: Floats
    rules: Ints
    scheme: Ints
    propensity: Floats


class Books:
    """Sums of invoices by taxpayer and month, as an office can add them up; (T, months) in fen."""

    def __init__(self, plan: Plan, reg: Registry, ledger: Ledger) -> None:
        def by_taxpayer(table: Ints) -> Floats:
            return np.stack([np.bincount(reg.taxpayer, column, plan.taxpayers) for column in table.T], axis=1)

        self.sales, self.bought = by_taxpayer(ledger.sales), by_taxpayer(ledger.bought)
        self.output, self.credit = by_taxpayer(ledger.output), by_taxpayer(ledger.creditable)

    def last(self, table: Floats, month: int, count: int, before: int = 0) -> Floats:
        """Sum of `count` months that end `before` months before `month` begins."""
        end = max(month - before, 0)
        return np.maximum(np.asarray(table[:, max(end - count, 0) : end].sum(axis=1), np.float64), 0.0)


@dataclass
class Opened:
    """What is opened in one month, and the chance of every taxpayer to be among them, (T,)."""

    who: Ints
    way: Ints
    day: Ints
    rules: Ints
    odds: Floats


def inspect(
    plan: Plan, parties: Parties, planted: Planted, reg: Registry, ledger: Ledger, known: Ints
) -> tuple[Inspections, Floats]:
    """
    Play the office's months.

    :param known: (T,) day since which a taxpayer is known as a false issuer, who needs no inspection, or `NEVER`
    :returns: the inspections, and for each taxpayer (T,) how many could be expected over the period
    """
    books, habits = Books(plan, reg, ledger), _district_habits(plan, parties)
    expected, rested = np.zeros(plan.taxpayers), np.zeros(plan.taxpayers, dtype=np.int64)
    parts = [np.zeros((0, 4), dtype=np.int64)]
    chances = [np.zeros(0)]
    for month in range(policy()["first_month"], plan.months):
        open_ = _eligible(plan, parties, planted, books, month)
        open_ &= (rested <= month) & (known > plan.month_starts[month])
        today = _open_cases(plan, month, parties, planted, books, open_, habits)
        rested[today.who] = month + policy()["rest_months"]
        expected += today.odds
        parts.append(np.stack([today.who, today.way, today.day, today.rules], axis=1))
        chances.append(today.odds[today.who])
    rows = np.concatenate(parts)
    order = np.lexsort((rows[:, 0], rows[:, 2]))
    return _conclude(plan, planted, books, rows[order], np.concatenate(chances)[order]), expected


def _open_cases(
    plan: Plan, month: int, parties: Parties, planted: Planted, books: Books, open_: Flags, habits: Floats
) -> Opened:
    """The month's choice: each way in turn takes its number of those the earlier ones left."""
    chance, start = plan.chance("inspections", month), int(plan.month_starts[month])
    counts = chance.multinomial(_capacity(plan, month), [policy()["shares"][way] for way in WAYS])
    fired = _fired(parties, books, month, start)
    left, free, parts = open_.copy(), np.ones(len(open_)), []
    for way, count in zip(WAYS, counts.tolist(), strict=True):
        odds = _odds(way, month, start, parties, planted, books, fired, habits)
        free *= 1 - np.minimum(count * odds * open_ / max(float((odds * open_).sum()), 1e-12), 1.0)
        parts.append(_draw(odds * left, count, chance))
        left[parts[-1]] = False
    who = np.concatenate(parts)
    day = start + chance.integers(0, int(plan.month_starts[month + 1]) - start, len(who))
    return Opened(who, np.repeat(np.arange(len(WAYS)), [len(p) for p in parts]), day, fired[who], 1 - free)


def _capacity(plan: Plan, month: int) -> int:
    a_month = float(policy()["capacity"]) * plan.taxpayers
    return round(a_month * (month + 1)) - round(a_month * month)


def _district_habits(plan: Plan, parties: Parties) -> Floats:
    chance, place = plan.chance("inspection districts"), parties.division[: plan.taxpayers]
    spread = policy()["officer"]["district_spread"]
    return np.asarray(np.exp(chance.normal(0, spread, int(place.max()) + 1))[place], np.float64)


def _eligible(plan: Plan, parties: Parties, planted: Planted, books: Books, month: int) -> Flags:
    """Two months old, active within a year, and still there (or gone without cancelling, for half a year)."""
    n, start = plan.taxpayers, int(plan.month_starts[month])
    gone = parties.closed[:n] + np.where(planted.missing, HALF_YEAR, 0)
    active = books.last(books.sales, month, 12) + books.last(books.bought, month, 12) > 0
    flags: Flags = active & (parties.opened[:n] < start - 60) & (gone > start + 31)
    return flags


def _fired(parties: Parties, books: Books, month: int, start: int) -> Ints:
    """A bit for each of `RULES` that fires on the books before the month."""
    rule, sales = policy()["rule"], books.last(books.sales, month, 6)
    recent, earlier = books.last(books.sales, month, 3), books.last(books.sales, month, 3, before=3)
    burden = books.last(books.output, month, 6) - books.last(books.credit, month, 6)
    fired = (
        recent > rule["growth"] * np.maximum(earlier, 1e6),
        (sales > 0) & (books.last(books.bought, month, 6) < rule["input_share"] * sales),
        (sales > 0) & (burden < rule["burden"] * sales),
        parties.opened[: len(sales)] > start - rule["young_days"],
    )
    return np.asarray(sum(f.astype(np.int64) << place for place, f in enumerate(fired)), np.int64)


def _odds(
    way: str, month: int, start: int, parties: Parties, planted: Planted, books: Books, fired: Ints, habits: Floats
) -> Floats:
    """How much rather one taxpayer is taken than another, (T,)."""
    n, told = len(fired), policy().get(way.lower())
    if told is None:
        return np.ones(n)
    months = 3 if way == "RULE" else 12
    size = np.maximum(books.last(books.sales, month, months) / 100, 1e3) ** told["size_power"]
    if way == "RULE":
        count = sum((fired >> place) & 1 for place in range(len(RULES)))
        return np.asarray(size * told["hit"] ** count, np.float64)
    if way == "OFFICER":
        liked = np.array([told["industries"].get(code, 1.0) for code in load_economy().industries])
        odds = size * liked[parties.industry[:n]] * habits
        return np.asarray(np.where(parties.individual[:n], odds * told["individual"], odds), np.float64)
    guilty = (planted.scheme >= 0) & (planted.started < start - policy()["too_early"])
    odds = size * np.where(guilty, told["guilty"], 1.0)
    gone = planted.missing & (parties.closed[:n] < start)
    return np.asarray(np.where(gone, odds * told["missing"], odds), np.float64)


def _draw(weights: Floats, count: int, chance: np.random.Generator) -> Ints:
    """`count` distinct rows, the heavier rather (Efraimidis and Spirakis 2006); fewer where fewer have any weight."""
    keys = np.log(chance.random(len(weights))) / np.maximum(weights, 1e-300)
    count = min(count, int((weights > 0).sum()))
    keys = np.where(weights > 0, keys, -np.inf)
    return np.sort(np.argpartition(-keys, max(count - 1, 0))[:count])


def _conclude(plan: Plan, planted: Planted, books: Books, rows: Ints, propensity: Floats) -> Inspections:
    """
    What comes out, and when: the guilty are missed now and then, more rarely the innocent are confirmed.

    :param rows: who, way, day and rules of each, (n, 4)
    """
    (who, way, opened, rules), n = rows.T, len(rows)
    chance, told = plan.chance("inspection outcomes"), policy()
    guilty = (planted.scheme[who] >= 0) & (planted.started[who] <= opened - told["too_early"])
    scheme = np.where(guilty, planted.scheme[who], -1)
    found = np.array([told["found"].get(s.upper(), told["found"]["default"]) for s in SCHEMES])
    u: Floats = chance.random(n)
    confirmed = np.where(guilty, u < found[scheme], u < told["wrongly_confirmed"])
    other = chance.integers(0, len(SCHEMES), n)
    named = np.where(guilty & (chance.random(n) >= told["misnamed"]), scheme, other)
    days, work = told["days"], told["hours"]
    lag = days["median"] * np.exp(chance.normal(0, days["spread"], n)) * np.where(confirmed, days["confirmed"], 1.0)
    closed = opened + days["least"] + lag.astype(np.int64)
    done = closed < plan.end_day
    size = np.log10(np.maximum(books.sales[who].sum(axis=1) / 100, 1e3)) / 5
    hours = work["median"] * np.exp(chance.normal(0, work["spread"], n)) * size
    evaded = _share_so_far(plan, planted, who, opened) * chance.uniform(0.4, 1.05, n)
    mistaken = 0.002 * np.maximum(books.sales[who].sum(axis=1), 1e6) * chance.uniform(0.2, 1.0, n)
    due = np.where(guilty, evaded, mistaken)
    return Inspections(
        who, way, opened, np.where(done, closed, NEVER),
        np.where(done, np.where(confirmed, CONFIRMED, CLEARED), PENDING), np.where(done & confirmed, named, -1),
        np.where(done & confirmed, np.rint(due), 0).astype(np.int64),
        hours * np.where(confirmed, work["confirmed"], 1.0), rules, scheme, propensity,
    )  # fmt: skip


def _share_so_far(plan: Plan, planted: Planted, who: Ints, day: Ints) -> Floats:
    """The part of a scheme's tax that had been evaded by a day, as if it went on evenly to the end."""
    length = np.maximum(plan.end_day - planted.started[who], 1)
    return np.asarray(planted.stake[who] * np.clip((day - planted.started[who]) / length, 0.05, 1.0), np.float64)
