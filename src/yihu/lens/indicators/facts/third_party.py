"""What others measured of the household: power, bank, social insurance, logistics (`power_*`, `bank_*`, …)."""

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
    source = rows.source_code
    return rows.group_by("household_id").agg(
        power_quantity=total(rows.quantity, source == "POWER"),
        power_amount=total(rows.amount, source == "POWER"),
        bank_inflow=total(rows.amount, (source == "BANK") & ~rows.item_code.upper().contains("OUT")),
        bank_outflow=total(rows.amount, (source == "BANK") & rows.item_code.upper().contains("OUT")),
        social_people=rows.quantity.max(where=source == "SOCIAL").cast("float64"),
        social_amount=total(rows.amount, source == "SOCIAL"),
        platform_amount=total(rows.amount, source == "PLATFORM"),
        logistics_trips=total(rows.quantity, source == "LOGISTICS"),
        logistics_amount=total(rows.amount, source == "LOGISTICS"),
    )
