"""The household's own register entry and how often it changed."""

from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs, tally
from yihu.lens.indicators.facts.sides import YEAR
from yihu.lens.indicators.window import month_number_of


def register(inputs: Inputs) -> Any:
    """Every household, with its age in days, capital, industry and peer group: the table the blocks are joined to."""
    rows = inputs.table("households")
    return rows.select(
        "household_id",
        "is_registered",
        "industry_code",
        "peer_group",
        registered_month=month_number_of(rows.registered_on).cast("float64"),
        closed_month=month_number_of(rows.closed_on).cast("float64"),
        is_small=rows.taxpayer_kind_code.fill_null("") == "SMALL",
        age_days=inputs.window.days_since(rows.registered_on).cast("float64"),
        capital=rows.registered_capital.cast("float64"),
        days_to_first_invoice=rows.first_invoice_on.delta(rows.registered_on, unit="day").cast("float64"),
        silent_days=inputs.window.days_since(rows.last_invoice_on).cast("float64"),
        as_of_month=ibis.literal(float(inputs.window.month)),
        open=~rows.status_code.fill_null("").isin(("CLOSED",)),
    )


def amendments(inputs: Inputs) -> Any:
    """`amended_count`: changes of registration in the last 12 months."""
    rows = inputs.table("timeline")
    rows = rows.filter(rows.source_table == "registration_changes")
    age = inputs.window.month - month_number_of(rows.occurred_at)
    return rows.group_by("household_id").agg(amended_count=tally(rows, (age >= 0) & (age < YEAR)))
