"""One month of trade: lawful and false orders, reversals of this and earlier months, cut to the month's quota."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from yihu.lens.simulate.concealing import conceal, reversal_shares
from yihu.lens.simulate.invoice_tables import Desk, Written, write_month
from yihu.lens.simulate.issuing import DAY_SECONDS, RED_SHARE, Invoices, issue, reverse
from yihu.lens.simulate.orders import Orders, draw_orders
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.registry import Registry
from yihu.lens.simulate.trading import Market

SPARE = 1.03
"""Orders drawn beyond the quota, because some find no partner."""


@dataclass
class Waiting:
    """Red invoices whose day lies in a later month, with the numbers of their blue ones."""

    rows: Invoices
    numbers: pa.Array


def draw_blues(
    plan: Plan, parties: Parties, planted: Planted, market: Market, extra: Orders, month: int, wanted: int
) -> tuple[Invoices, Ints]:
    """
    Blue invoices of a month: those of the schemes first, then lawful ones, at most `wanted`.

    :returns: the invoices, and the money that each taxpayer kept out of its books, fen, (T,)
    """
    chance = plan.chance("issue", month)
    start, end = plan.month_starts[month : month + 2]
    own = extra.take(np.flatnonzero((extra.day >= start) & (extra.day < end)))
    false = issue(plan, parties, own, month, wanted, chance)
    count = int((wanted - len(false)) * SPARE) + 10
    lawful, hidden = conceal(plan, parties, planted, draw_orders(plan, parties, market, month, max(count, 1)), month)
    return Invoices.join([false, issue(plan, parties, lawful, month, wanted - len(false), chance)]), hidden


def finish_month(
    out: Path, plan: Plan, month: int, blues: Invoices, wanted: int, desk: Desk, reg: Registry, waiting: Waiting | None,
    planted: Planted,
) -> tuple[Written, Waiting]:  # fmt: skip
    """Add the month's red invoices, write it, and say which reversals are still to come."""
    chance = plan.chance("reverse", month)
    end = int(plan.month_starts[month + 1]) * DAY_SECONDS
    firm = min(len(blues), wanted - int(wanted * RED_SHARE))
    sure = blues.take(np.arange(firm))
    reds = reverse(sure, *reversal_shares(plan, planted, sure.seller, sure.second // DAY_SECONDS), chance)
    now = reds.second < end
    later = reds.take(~now)
    due, due_numbers, rest = _due(waiting, end)
    soon = reds.take(now)
    room = wanted - firm
    soon, due, due_numbers = soon.take(np.arange(min(len(soon), room))), due, due_numbers
    left = room - len(soon)
    if due is not None and len(due) > left:
        due, due_numbers = due.take(np.arange(left)), due_numbers.slice(0, left)
    spare = min(len(blues) - firm, left - (len(due) if due is not None else 0))
    parts = [blues.take(np.arange(firm + spare)), soon] + ([due] if due is not None else [])
    joined = Invoices.join(parts)
    known = None
    if due is not None and len(due):
        known = pa.concat_arrays([pa.nulls(len(joined) - len(due), pa.string()), due_numbers])
    written, place = write_month(out, plan, month, joined, known, desk, reg)
    return written, _wait(rest, later, written.numbers, place)


def _due(waiting: Waiting | None, end: int) -> tuple[Invoices | None, pa.Array, Waiting | None]:
    if waiting is None or not len(waiting.rows):
        return None, pa.array([], type=pa.string()), None
    now = waiting.rows.second < end
    taken = waiting.rows.take(now)
    kept = Waiting(waiting.rows.take(~now), waiting.numbers.filter(pa.array(~now)))
    return taken, waiting.numbers.filter(pa.array(now)), kept


def _wait(rest: Waiting | None, later: Invoices, numbers: pa.Array, place: Ints) -> Waiting:
    """Reversals still to come; a blue one of an earlier month is known by its number, no longer by its row."""
    found = numbers.take(pa.array(place[later.blue]))
    later.blue = np.full(len(later), -1)
    if rest is None:
        return Waiting(later, found)
    return Waiting(Invoices.join([rest.rows, later]), pa.concat_arrays([rest.numbers, found]))
