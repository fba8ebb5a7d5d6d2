"""Sales that are never invoiced, invoices that are taken back without cause, money that goes round."""

import numpy as np

from yihu.lens.simulate.issuing import RED_SHARE
from yihu.lens.simulate.orders import Orders
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import Flags, Floats, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.scheme_list import BOUGHT, BURST, BUYING, EXPORT, HIDDEN, REVERSAL

HIDDEN_PART = (0.25, 0.45, 0.7)
"""Sales kept out of the books by a light, medium and heavy member."""
TAKEN_BACK = (0.15, 0.3, 0.5)
"""Invoices reversed without cause."""
RETURNED = 0.3
"""Invoices reversed by honest firms whose goods come back often."""


def conceal(plan: Plan, parties: Parties, planted: Planted, orders: Orders, month: int) -> tuple[Orders, Ints]:
    """
    Take orders out of a month that their seller keeps out of the books, rather those of buyers who need no invoice.

    :returns: the other orders, and the money kept out by taxpayer in fen, (T,)
    """
    n, chance = plan.taxpayers, plan.chance("conceal", month)
    inside = orders.seller < n
    seller = np.where(inside, orders.seller, 0)
    member = inside & (planted.scheme[seller] == HIDDEN) & (planted.started[seller] < plan.month_starts[month + 1])
    part = np.array(HIDDEN_PART)[planted.level[seller]] * np.where(parties.general[orders.buyer], 0.6, 1.3)
    gone = member & (chance.random(len(orders)) < part)
    money = np.bincount(orders.seller[gone], orders.amount[gone].astype(np.float64), n)
    return orders.take(~gone), np.rint(money).astype(np.int64)


def reversal_shares(plan: Plan, planted: Planted, seller: Ints, day: Ints) -> tuple[Floats, Flags]:
    """The chance of each invoice to be reversed, and whether that would be without cause."""
    inside = seller < plan.taxpayers
    who = np.where(inside, seller, 0)
    bad: Flags = inside & (planted.scheme[who] == REVERSAL) & (planted.started[who] <= day)
    share = np.where(inside & planted.returning[who], RETURNED, RED_SHARE)
    return np.where(bad, np.array(TAKEN_BACK)[planted.level[who]], share), bad


def paper_inputs(plan: Plan, planted: Planted, extra: Orders) -> Ints:
    """What exporters on paper bought for it by month, fen, (T, months)."""
    n = plan.taxpayers
    buyer = np.where(extra.buyer < n, extra.buyer, 0)
    paper = (extra.buyer < n) & np.isin(planted.scheme[buyer], (EXPORT, BOUGHT))
    paper &= (extra.day >= planted.started[buyer]) & (extra.amount > 0)
    cell = buyer[paper] * plan.months + plan.month_of(extra.day[paper])
    money = np.bincount(cell, extra.amount[paper].astype(np.float64), n * plan.months)
    return np.asarray(np.rint(money.reshape(n, plan.months)), np.int64)


def money_back(plan: Plan, planted: Planted, extra: Orders) -> Ints:
    """What buyers of false invoices get back into private hands by month of the purchase, fen, (T, months)."""
    n = plan.taxpayers
    inside = (extra.seller < n) & (extra.buyer < n)
    seller, buyer = np.where(inside, extra.seller, 0), np.where(inside, extra.buyer, 0)
    scheme = planted.scheme[seller]
    false = inside & (scheme >= BURST) & (scheme != BUYING) & np.isin(planted.scheme[buyer], (BUYING, EXPORT))
    cell = buyer[false] * plan.months + plan.month_of(extra.day[false])
    money = np.bincount(cell, extra.amount[false].astype(np.float64), n * plan.months)
    return np.asarray(np.rint(money).reshape(n, plan.months), np.int64)
