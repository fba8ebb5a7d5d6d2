"""Money beside invoices: what accounts of firms and of their owners, insurers, platforms and foreign banks can tell."""

import numpy as np

from yihu.lens.simulate.ledger import Ledger
from yihu.lens.simulate.plan import Flags, Floats, Ints, Plan
from yihu.lens.simulate.returns import Filer, Filing
from yihu.lens.simulate.scheme_list import BOUGHT, BURST, CREDIT, EXPORT, FARM, PLATFORM, RING, TAKEOVER

BANK_COVERAGE, OWNER_COVERAGE, FOREX_COVERAGE, PLATFORM_COVERAGE = 30, 15, 60, 30
"""Percent of taxpayers whose account, whose owner's account, foreign receipts or online sales are known."""
CIRCLING = (BURST, TAKEOVER, FARM, PLATFORM, RING)
MONTHLY_BASE = 620_000
"""Mean monthly wage on which insurance is paid, in fen."""

Part = tuple[str, str, str, Ints, Ints | None, Ints | None]


def records(
    source: str,
    item: str,
    name: str,
    row: Ints,
    keep: Flags,
    amount: Ints | None,
    quantity: Ints | None,
) -> Part:
    take = np.flatnonzero(keep)
    return (
        source, item, name, row[take], None if amount is None else amount[take],
        None if quantity is None else quantity[take],
    )  # fmt: skip


def habit(taxpayer: Ints, low: float, high: float, salt: int) -> Floats:
    """A number between `low` and `high` that a taxpayer keeps for life."""
    mixed = ((taxpayer + 1) * 2_654_435_761 + salt * 40_503 >> 7) % 10_007
    return np.asarray(low + (high - low) * mixed / 10_007, np.float64)


def hidden_of(ledger: Ledger, filer: Filer, row: Ints, month: int) -> Ints:
    """What each registration kept out of its books in a month; it is the main registration that does."""
    n = len(ledger.hidden)
    return np.where(row < n, ledger.hidden[filer.taxpayer[row], month], 0)


def moved(
    plan: Plan, month: int, filer: Filer, row: Ints, sales: Ints, hidden: Ints, inflow: Ints, outflow: Ints
) -> tuple[Ints, Ints]:
    """
    In- and outflow of the firm's account, given those of its invoiced trade.

    Half of the issuers let the price come in and leave again within the month; claimants do not pay for their inputs;
    a third of hidden sales goes over the firm's account all the same.
    """
    chance = plan.chance("money", month)
    begun = filer.started[row] < plan.month_starts[month + 1]
    circling = np.isin(filer.scheme[row], CIRCLING) & begun & (habit(filer.taxpayer[row], 0, 1, 1) < 0.55)
    round_in = np.rint(sales * chance.uniform(0.85, 1.05, len(row))).astype(np.int64)
    round_out = np.rint(round_in * chance.uniform(0.95, 1.0, len(row))).astype(np.int64)
    unpaid = (filer.scheme[row] == CREDIT) & begun
    paid = np.where(unpaid, outflow * habit(filer.taxpayer[row], 0.05, 0.9, 2), outflow)
    into = np.where(circling, round_in, inflow + hidden * 0.35)
    return np.rint(into).astype(np.int64), np.rint(np.where(circling, round_out, paid)).astype(np.int64)


def insured(filer: Filer, row: Ints, count: Ints) -> Ints:
    """People insured: few where work is informal; never the ghosts on a payroll."""
    return np.where(
        filer.informal[row], np.rint(count * habit(filer.taxpayer[row], 0.2, 0.7, 3)).astype(np.int64), count
    )


def wage_base(plan: Plan, month: int, filer: Filer, row: Ints, count: Ints) -> Ints:
    """Three months' wages of the insured, in fen."""
    chance = plan.chance("wage base", month)
    wage = MONTHLY_BASE * habit(filer.taxpayer[row], 0.7, 1.5, 4) * chance.uniform(0.95, 1.05, len(row))
    return np.rint(count * wage * 3).astype(np.int64)


def statements(plan: Plan, month: int, ledger: Ledger, filer: Filer, general: Filing, back: Ints) -> list[Part]:
    """
    A month's private transfers, owners' accounts, foreign receipts and online sales.

    :param back: (T,) what buyers of false invoices get back into their owners' hands, fen
    """
    chance = plan.chance("statements", month)
    row = np.flatnonzero((ledger.sales[:, month] > 0) | (ledger.bought[:, month] > 0))
    who, n = filer.taxpayer[row], len(row)
    sales, hidden = np.maximum(ledger.sales[row, month], 0), hidden_of(ledger, filer, row, month)
    code = (who * 7919) % 100
    circling = np.isin(filer.scheme[row], CIRCLING) & (filer.started[row] < plan.month_starts[month + 1])
    usual = np.where(filer.individual[row], habit(who, 0.15, 0.7, 5), habit(who, 0.01, 0.09, 5))
    drawn = np.where(circling, habit(who, 0.3, 0.97, 6), usual) * chance.uniform(0.8, 1.2, n)
    own = np.where(filer.individual[row], habit(who, 0.1, 0.9, 7), habit(who, 0.0, 0.08, 7) ** 2 * 10)
    returned = np.where(row < len(back), back[who], 0) * habit(who, 0.0, 0.6, 9)
    into_hands = sales * own * chance.uniform(0.7, 1.3, n) + hidden * 0.65 + returned
    online = (sales / np.maximum(1 - filer.retail[row], 0.15) + hidden) * habit(who, 0.3, 0.7, 8)
    owners = (who * 31) % 100 < OWNER_COVERAGE
    seen_online = (filer.retail[row] > 0.3) & ((who * 57) % 100 < PLATFORM_COVERAGE)
    return [
        records("BANK", "PRIVATE_OUT", "对公账户转入个人", row, code < BANK_COVERAGE, _fen(sales * drawn), None),
        records("BANK", "OWNER_INFLOW", "经营者个人账户流入", row, owners, _fen(into_hands), None),
        records("PLATFORM", "SALES", "网络平台交易额", row, seen_online, _fen(online), None),
        _receipts(plan, month, filer, general),
    ]


def _receipts(plan: Plan, month: int, filer: Filer, general: Filing) -> Part:
    """Foreign money received for exports; of false exports often less."""
    chance, row, export = plan.chance("receipts", month), general.row, general.figures["export"]
    false = np.isin(filer.scheme[row], (EXPORT, BOUGHT)) & (filer.started[row] < general.end)
    part = np.where(false & (chance.random(len(row)) < 0.5), chance.uniform(0.2, 0.9, len(row)), 1.0)
    amount = _fen(export * part * chance.uniform(0.86, 1.06, len(row)))
    known = (export > 500_000) & ((filer.taxpayer[row] * 271) % 100 < FOREX_COVERAGE)
    return records("FOREX", "RECEIPT", "收汇", row, known, amount, None)


def _fen(values: Floats) -> Ints:
    return np.rint(values).astype(np.int64)
