"""Customs declarations: `export_*` and `import_*`."""

from typing import Any

from yihu.lens.indicators.facts.inputs import Inputs, total
from yihu.lens.indicators.facts.sides import QUARTER, YEAR
from yihu.lens.indicators.window import month_number_of


def customs(inputs: Inputs) -> Any:
    """Amounts declared to customs over windows of months."""
    rows = inputs.table("customs_declarations")
    rows = rows.mutate(age=inputs.window.month - month_number_of(rows.declared_on))
    rows = rows.filter(rows.age >= 0)
    out, year = rows.direction_code == "EXPORT", rows.age < YEAR
    due = rows.age - (inputs.window.month - inputs.window.last_due)
    return rows.group_by("household_id").agg(
        export_amount=total(rows.amount, out & year),
        export_due_amount=total(rows.amount, out & (due >= 0) & (due < YEAR)),
        export_quarter=total(rows.amount, out & (rows.age < QUARTER)),
        export_quarter_before=total(rows.amount, out & (rows.age >= QUARTER) & (rows.age < 2 * QUARTER)),
        export_first_age=rows.age.max(where=out).cast("float64"),
        import_amount=total(rows.amount, ~out & year),
    )
