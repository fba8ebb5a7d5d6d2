"""Orders become invoices: cut at the limit, priced, taxed, dated, some voided, some reversed in red."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.orders import ANY_DAY, Orders
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import Flags, Floats, Ints, Plan

DAY_SECONDS = 86_400
VOID_SHARE = 0.085
RED_SHARE = 0.055
ROUND_TOTAL_SHARE = 0.5
WEEKDAYS = np.array([1.05, 1.12, 1.08, 1.03, 1.03, 0.22, 0.17])
SHOP_WEEKDAYS = np.array([1.0, 1.02, 1.0, 1.0, 1.0, 0.62, 0.5])
SPRING_FESTIVAL = {2023: (1, 21), 2024: (2, 10), 2025: (1, 28), 2022: (1, 31), 2021: (2, 11)}


@dataclass
class Invoices:
    """
    Rows of equal length. Amounts in fen; `second` since 1970; `rate` in percent; `order` groups the parts of one
    order; `blue` is the row of the blue invoice that a red one reverses (before sorting), else -1.
    """

    seller: Ints
    buyer: Ints
    good: Ints
    amount: Ints
    tax: Ints
    rate: Ints
    second: Ints
    special: Flags
    digital: Flags
    void: Flags
    red: Flags
    blue: Ints

    def __len__(self) -> int:
        return len(self.seller)

    def take(self, rows: "NDArray[np.int64] | NDArray[np.bool_]") -> "Invoices":
        return Invoices(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def join(cls, parts: "list[Invoices]") -> "Invoices":
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


def cut_orders(orders: Orders, parties: Parties, wanted: int, chance: np.random.Generator) -> Orders:
    """Split at the seller's invoice limit, most parts just below it; keep at most `wanted` rows."""
    limit = parties.limit[orders.seller]
    limit = np.where(orders.amount > 6 * limit, limit * 10, limit)
    near = chance.random(len(orders))
    fill = np.where(near < 0.75, 1 - 0.012 * chance.random(len(orders)) ** 2, chance.uniform(0.86, 1, len(orders)))
    part = np.minimum((limit * fill).astype(np.int64), limit - 1)
    snug = (orders.amount > 0.6 * limit) & (orders.amount < limit) & (near < 0.6)
    amount = np.where(snug | (orders.full & (orders.amount >= limit // 2)), np.maximum(part, 1), orders.amount)
    parts = np.minimum(-(-amount // part), 60)
    last = int(np.searchsorted(np.cumsum(parts), wanted, side="right"))
    rows = np.repeat(np.arange(last), parts[:last])
    place = np.arange(len(rows)) - np.repeat(np.cumsum(parts[:last]) - parts[:last], parts[:last])
    cut = orders.take(rows)
    jitter = (part[rows] * (1 - 0.004 * chance.random(len(rows)))).astype(np.int64)
    final = place == parts[rows] - 1
    rest = np.maximum(amount[rows] - place * part[rows], 100)
    cut.amount = np.where(final, np.minimum(rest, part[rows]), jitter)
    return cut


def tax_rates(orders: Orders, parties: Parties, chance: np.random.Generator) -> Ints:
    """Percent: the good's rate for general taxpayers, 1 (rarely 3) for small ones, 0 for own farm produce."""
    economy = load_economy()
    farming = np.isin(parties.industry, [economy.industry("01"), economy.industry("03")])
    u = chance.random(len(orders))
    general = economy.goods_rates[orders.good]
    building = np.isin(orders.good, [economy.good("building"), economy.good("cement")])
    general = np.where(building & (u < 0.2), 3, general)
    rate = np.where(parties.general[orders.seller], general, np.where(u < 0.86, 1, 3))
    return np.where(farming[orders.seller] & (general == 9), 0, rate)


def price(orders: Orders, rate: Ints, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Amount and tax in fen; many totals are round numbers, as people agree on prices with tax in them."""
    total = np.rint(orders.amount * (100 + rate) / 100).astype(np.int64)
    u = chance.random(len(orders))
    grain = np.select([u < 0.2, u < 0.34, u < ROUND_TOTAL_SHARE, u < 0.78], [100_000, 10_000, 1_000, 100], 1)
    grain = np.where(total < grain * 3, np.where(total < 1000, 1, 100), grain)
    total = np.maximum(total // grain * grain, 100)
    amount = np.rint(total * 100 / (100 + rate)).astype(np.int64)
    return amount, total - amount


def day_weights(plan: Plan, month: int, shops: bool) -> "NDArray[np.float64]":
    """How likely each day of a month is: weekday, rush at the month's end, Spring Festival."""
    days = np.arange(plan.month_starts[month], plan.month_starts[month + 1])
    weekday = (days + 3) % 7
    weights = (SHOP_WEEKDAYS if shops else WEEKDAYS)[weekday]
    place = np.arange(len(days)) / len(days)
    weights = weights * np.where(place > 0.83, 1.9 if not shops else 1.3, 0.78 + 0.55 * place)
    year = days[0].astype("datetime64[D]").astype(object).year
    if year in SPRING_FESTIVAL:
        feast = np.datetime64(f"{year}-{SPRING_FESTIVAL[year][0]:02d}-{SPRING_FESTIVAL[year][1]:02d}")
        weights = weights * np.where(np.abs(days - feast.astype(np.int64) - 2) <= 4, 0.15, 1.0)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def date_orders(plan: Plan, month: int, orders: Orders, parties: Parties, chance: np.random.Generator) -> Ints:
    """Seconds since 1970 for each order: a day of the month and a time of the day, inside both lives."""
    start = int(plan.month_starts[month])
    n = len(orders)
    retail = parties.retail[orders.seller] > 0
    u = chance.random(n)
    day = np.empty(n, dtype=np.int64)
    for shops in (False, True):
        rows = retail == shops
        day[rows] = start + np.searchsorted(np.cumsum(day_weights(plan, month, shops)), u[rows])
    day = np.minimum(day, plan.month_starts[month + 1] - 1)
    earliest = np.maximum(parties.opened[orders.seller], start)
    day = np.maximum(day, np.minimum(earliest, plan.month_starts[month + 1] - 1))
    day = np.where(orders.day == ANY_DAY, day, orders.day)
    return day * DAY_SECONDS + _times(orders, parties, chance)


def _times(orders: Orders, parties: Parties, chance: np.random.Generator) -> Ints:
    n = len(orders)
    late = load_economy().column("night", 0.012)[parties.industry[orders.seller]]
    hour = np.where(chance.random(n) < 0.52, chance.normal(10.4, 0.95, n), chance.normal(15.4, 1.35, n))
    night = orders.night | (chance.random(n) < late)
    hour = np.where(night, (20 + chance.gamma(2.0, 1.1, n)) % 24, np.clip(hour, 7.3, 19.9))
    return (hour * 3600).astype(np.int64)


def issue(
    plan: Plan, parties: Parties, orders: Orders, month: int, wanted: int, chance: np.random.Generator
) -> Invoices:
    """Blue invoices for orders, at most `wanted`."""
    seconds = date_orders(plan, month, orders, parties, chance)
    whole = Orders(orders.seller, orders.buyer, orders.good, orders.amount, seconds, orders.night, orders.full)
    cut = cut_orders(whole, parties, wanted, chance)
    n = len(cut)
    rate = tax_rates(cut, parties, chance)
    amount, tax = price(cut, rate, chance)
    year = int(plan.calendar[month].astype(np.int64)) // 12 + 1970
    old_share = {2023: 0.6, 2024: 0.3}.get(year, 0.12 if year > 2024 else 0.95)
    holder = (cut.seller * 2654435761 % 1000) / 1000
    digital = holder > old_share
    buyer_general = parties.general[cut.buyer]
    special = buyer_general & (rate > 0) & (chance.random(n) < np.where(parties.general[cut.seller], 0.93, 0.45))
    second = np.minimum(cut.day + chance.integers(0, 900, n), plan.month_starts[month + 1] * DAY_SECONDS - 1)
    void = ~digital & (chance.random(n) < VOID_SHARE)
    no = np.zeros(n, dtype=bool)
    return Invoices(
        cut.seller, cut.buyer, cut.good, amount, tax, rate, second, special, digital, void, no, np.full(n, -1)
    )


def reverse(blues: Invoices, share: Floats, groundless: Flags, chance: np.random.Generator) -> Invoices:
    """
    Red invoices for some valid blue ones, hours to weeks later, a fifth of them in part.

    :param share: chance of each, (n,); :param groundless: without a cause, then only in a later month and whole
    """
    rows = np.flatnonzero(~blues.void & ~blues.red & (chance.random(len(blues)) < share))
    red = blues.take(rows)
    part = np.where(chance.random(len(rows)) < 0.2, chance.uniform(0.1, 0.9, len(rows)), 1.0)
    part = np.where(groundless[rows], 1.0, part)
    red.amount = -np.maximum(np.rint(red.amount * part).astype(np.int64), 1)
    red.tax = np.where(part == 1.0, -red.tax, np.rint(red.amount * red.rate / 100).astype(np.int64))
    delay = np.where(
        chance.random(len(rows)) < 0.45, chance.exponential(0.15, len(rows)), chance.exponential(14, len(rows))
    )
    delay = np.where(groundless[rows], 18 + 1.6 * delay, delay)
    red.second = red.second + 60 + (delay * DAY_SECONDS).astype(np.int64)
    red.red = np.ones(len(rows), dtype=bool)
    red.blue = rows
    return red
