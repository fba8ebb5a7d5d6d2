"""
What others measured of the household: power, bank, social insurance, logistics (`power_*`, `bank_*`, …).

Of bank records, those whose item names an OWNER are of the owner's own account, those that name PRIVATE went from the
firm's account to persons; neither is counted among the firm's own inflow and outflow a second time.
"""

from typing import Any

from yihu.lens.indicators.facts.inputs import Inputs, total
from yihu.lens.indicators.facts.sides import YEAR
from yihu.lens.indicators.window import month_number_of


def third_party(inputs: Inputs) -> Any:
    """
    Sums of the last 12 months; `social_people` is the largest head count of one record.

    Null where the source has no record of the household.
    """
    rows = inputs.table("third_party")
    rows = rows.mutate(age=inputs.window.month - month_number_of(rows.occurred_on))
    rows = rows.filter((rows.age >= 0) & (rows.age < YEAR))
    source, item = rows.source_code, rows.item_code.upper()
    bank, out = source == "BANK", item.contains("OUT")
    owner, private = item.contains("OWNER"), item.contains("PRIVATE")
    return rows.group_by("household_id").agg(
        power_quantity=total(rows.quantity, source == "POWER"),
        power_amount=total(rows.amount, source == "POWER"),
        bank_inflow=total(rows.amount, bank & ~out & ~owner),
        bank_outflow=total(rows.amount, bank & out & ~private),
        owner_inflow=total(rows.amount, bank & ~out & owner),
        private_outflow=total(rows.amount, bank & out & private),
        social_people=rows.quantity.max(where=source == "SOCIAL").cast("float64"),
        social_amount=total(rows.amount, source == "SOCIAL"),
        foreign_receipts=total(rows.amount, source == "FOREX"),
        platform_amount=total(rows.amount, source == "PLATFORM"),
        logistics_trips=total(rows.quantity, source == "LOGISTICS"),
        logistics_amount=total(rows.amount, source == "LOGISTICS"),
    )
