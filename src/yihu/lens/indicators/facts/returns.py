"""What was declared, when, and what the invoices say of the same months: `declared_*`, `filed_*`, `cit_*`."""

from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs, tally, total
from yihu.lens.indicators.facts.sides import YEAR
from yihu.lens.indicators.partials import MONEY
from yihu.lens.indicators.window import first_day, month_number_of

NEVER = -1
REFUNDED = "F2-22"
"""Line 22 of schedule 2 of the general VAT return (增值税及附加税费申报表附列资料（二）): credit refunded."""


def vat_returns(inputs: Inputs) -> Any:
    """VAT returns with first, last (month numbers), months covered, sales of all kinds, and age in due months."""
    rows = inputs.table("returns")
    rows = rows.filter(rows.form_code.startswith("VAT"))
    zero = ibis.literal(0).cast(MONEY)
    sales = rows.sales_amount.fill_null(zero) + rows.exempt_sales_amount.fill_null(zero)
    rows = rows.mutate(
        first=month_number_of(rows.period_start),
        last=month_number_of(rows.period_end),
        sales=(sales + rows.export_sales_amount.fill_null(zero)).cast(MONEY),
    )
    return rows.mutate(months=rows["last"] - rows["first"] + 1, age=inputs.window.last_due - rows["last"])


def declared(inputs: Inputs) -> Any:
    """VAT declared for the 12 months last due and the 12 before, and how punctually."""
    rows = vat_returns(inputs)
    year = (rows.age >= 0) & (rows.age < YEAR)
    before = (rows.age >= YEAR) & (rows.age < 2 * YEAR)
    late = rows.filed_on > rows.due_on
    return rows.group_by("household_id").agg(
        declared_sales=total(rows.sales, year),
        declared_taxable=total(rows.sales_amount, year),
        declared_export=total(rows.export_sales_amount, year),
        declared_exempt=total(rows.exempt_sales_amount, year),
        declared_output=total(rows.output_tax, year),
        declared_input=total(rows.input_tax, year),
        declared_transfer=total(rows.input_transfer_out, year),
        declared_payable=total(rows.tax_payable, year),
        declared_sales_before=total(rows.sales, before),
        declared_payable_before=total(rows.tax_payable, before),
        filed_count=tally(rows, year),
        filed_late=tally(rows, year & late),
        filed_months=total(rows.months, year),
    )


def zero_streaks(inputs: Inputs) -> Any:
    """`zero_months`: months covered by the returns after the last one with any sales."""
    rows = vat_returns(inputs)
    rows = rows.filter(rows.age >= 0)
    last_sales = ibis.coalesce(
        rows["last"].max(where=rows.sales != 0).over(ibis.window(group_by="household_id")), NEVER
    )
    rows = rows.mutate(last_sales=last_sales)
    return rows.group_by("household_id").agg(
        zero_months=total(rows.months, rows["last"] > rows.last_sales).fill_null(0)
    )


def invoiced(inputs: Inputs) -> Any:
    """
    Invoices of exactly the months whose returns were filed within the 12 last due.

    `invoiced_sales`, `invoiced_output`, `invoiced_input` (tax on special invoices received), net of red ones.
    """
    rows = vat_returns(inputs)
    rows = rows.filter((rows.age >= 0) & (rows.age < YEAR))
    spans = rows.group_by("household_id").agg(first=rows["first"].min(), last=rows["last"].max())
    sold = _within(inputs.partials["seller"], spans, sales="amount", output="tax_amount")
    bought = _within(inputs.partials["buyer"], spans, input="special_tax")
    joined = spans.left_join(sold, "household_id").drop("household_id_right")
    joined = joined.left_join(bought, "household_id").drop("household_id_right")
    return joined.select(
        "household_id",
        invoiced_sales=joined.sales.fill_null(0),
        invoiced_output=joined.output.fill_null(0),
        invoiced_input=joined.input.fill_null(0),
    )


def refunded(inputs: Inputs) -> Any:
    """`credit_refunded`: input tax credit paid out, by the lines of the returns of the 24 months last due."""
    rows = vat_returns(inputs)
    rows = rows.filter((rows.age >= 0) & (rows.age < 2 * YEAR)).select("household_id", "return_id")
    lines = inputs.table("return_lines").filter(lambda t: t.line_code == REFUNDED).select("return_id", "amount")
    joined = rows.join(lines, "return_id")
    return joined.group_by("household_id").agg(credit_refunded=total(joined.amount))


def _within(months: Any, spans: Any, **sums: str) -> Any:
    rows = months.join(spans, "household_id")
    rows = rows.filter((rows.month >= rows["first"]) & (rows.month <= rows["last"]))
    return rows.group_by("household_id").agg(**{name: total(rows[column]) for name, column in sums.items()})


def income(inputs: Inputs) -> Any:
    """The latest income tax return, with VAT sales and purchases of its months: `cit_vat_sales`, `cit_bought`."""
    rows = inputs.table("returns").filter(lambda t: t.form_code == "CIT")
    rows = rows.filter(rows.period_end <= inputs.window.as_of)
    newest = rows.period_end.max().over(ibis.window(group_by="household_id"))
    latest = rows.mutate(newest=newest).filter(lambda t: t.period_end == t.newest)
    sums = latest.group_by("household_id").agg(
        cit_revenue=total(latest.revenue_amount),
        cit_cost=total(latest.cost_amount),
        cit_profit=total(latest.profit_amount),
        cit_payable=total(latest.tax_payable),
        cit_payroll=total(latest.payroll_amount),
        cit_employees=total(latest.employee_count),
        first=month_number_of(latest.period_start.min()),
        last=month_number_of(latest.period_end.max()),
    )
    vat = vat_returns(inputs).select("household_id", "sales", vat_first="first", vat_last="last")
    both = vat.join(sums.select("household_id", "first", "last"), "household_id")
    inside = both.filter((both.vat_first >= both["first"]) & (both.vat_last <= both["last"]))
    sales = inside.group_by("household_id").agg(cit_vat_sales=total(inside.sales))
    spans = sums.select("household_id", "first", "last")
    bought = _within(inputs.partials["buyer"], spans, cit_bought="amount")
    insured = _within(_insured_wages(inputs), spans, cit_wage_base="amount")
    joined = sums.left_join(sales, "household_id").drop("household_id_right")
    joined = joined.left_join(insured, "household_id").drop("household_id_right")
    return joined.left_join(bought, "household_id").drop("household_id_right", "first", "last")


def _insured_wages(inputs: Inputs) -> Any:
    """Wages on which social insurance was paid, by month."""
    rows = inputs.table("third_party").filter(lambda t: t.source_code == "SOCIAL")
    return rows.select("household_id", "amount", month=month_number_of(rows.occurred_on))


def expected(inputs: Inputs) -> Any:
    """
    `due_months`: of the 12 months last due, those in which a registered household stood open.

    Nobody is expected to file when the snapshot holds no VAT return at all. Months before the first return of the
    whole snapshot are not expected either: the data begin there.
    """
    households = inputs.table("households").filter(lambda t: t.is_registered)
    begin = vat_returns(inputs).agg(begin=lambda t: t["first"].min())
    rows = households.cross_join(begin).filter(lambda t: t.begin.notnull())
    year_start = inputs.window.last_due - YEAR + 1
    opened = month_number_of(rows.registered_on.fill_null(first_day(year_start))) + 1
    closed = month_number_of(rows.closed_on) - 1
    start = ibis.greatest(opened, rows.begin, ibis.literal(year_start))
    end = ibis.least(closed.fill_null(inputs.window.last_due), ibis.literal(inputs.window.last_due))
    return rows.select("household_id", due_months=ibis.greatest(end - start + 1, ibis.literal(0)).cast("float64"))
