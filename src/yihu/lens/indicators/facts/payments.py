"""Tax paid against tax declared: `paid_*`."""

from typing import Any

from yihu.lens.indicators.facts.inputs import Inputs, tally, total
from yihu.lens.indicators.facts.sides import YEAR
from yihu.lens.indicators.window import month_number_of


def payments(inputs: Inputs) -> Any:
    """Payments for the periods of the 12 months last due. `paid_late_days` is the longest delay."""
    rows = inputs.table("payments")
    rows = rows.mutate(age=inputs.window.last_due - month_number_of(rows.period_end.coalesce(rows.paid_on)))
    year = (rows.age >= 0) & (rows.age < YEAR)
    late = year & (rows.paid_on > rows.due_on)
    return rows.group_by("household_id").agg(
        paid_vat=total(rows.amount, year & (rows.tax_code == "VAT")),
        paid_count=tally(rows, year),
        paid_late_count=tally(rows, late),
        paid_late_amount=total(rows.amount, late),
        paid_amount=total(rows.amount, year),
        paid_late_days=rows.paid_on.delta(rows.due_on, unit="day").max(where=late).cast("float64"),
    )
