"""What every registration sold and bought, month by month, as the returns will say it."""

from dataclasses import dataclass

import numpy as np

from yihu.lens.simulate.invoice_tables import Written
from yihu.lens.simulate.plan import Ints, Plan


@dataclass
class Ledger:
    """
    Sums of valid invoices in fen; all of shape (R, months), the last two by taxpayer.

    `creditable` is the tax of special invoices received, `bought` the amount of all invoices received, `hidden` what
    was sold without invoice, return or entry (T, months), `reversed` the tax of invoices taken back (T,).
    """

    sales: Ints
    output: Ints
    bought: Ints
    creditable: Ints
    hidden: Ints
    reversed: Ints

    @classmethod
    def empty(cls, plan: Plan) -> "Ledger":
        shape = (plan.registrations, plan.months)
        sales, output, bought, creditable = (np.zeros(shape, dtype=np.int64) for _ in range(4))
        hidden = np.zeros((plan.taxpayers, plan.months), dtype=np.int64)
        return cls(sales, output, bought, creditable, hidden, np.zeros(plan.taxpayers, dtype=np.int64))

    def enter(self, month: int, written: Written) -> None:
        """Add a month; voided invoices count nowhere. Sums stay exact: they are below 2 ** 53 fen."""
        rows, size = written.invoices, len(self.sales)
        valid = ~rows.void
        for target, side, money, use in (
            (self.sales, written.seller, rows.amount, valid),
            (self.output, written.seller, rows.tax, valid),
            (self.bought, written.buyer, rows.amount, valid),
            (self.creditable, written.buyer, rows.tax, valid & rows.special),
        ):
            inside = use & (side < size)
            sums = np.bincount(side[inside], money[inside].astype(np.float64), size)
            target[:, month] += np.rint(sums).astype(np.int64)
        back = rows.red & (rows.seller < len(self.reversed))
        taken = np.bincount(rows.seller[back], -rows.tax[back].astype(np.float64), len(self.reversed))
        self.reversed += np.rint(taken).astype(np.int64)
