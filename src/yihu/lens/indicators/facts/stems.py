"""
The sources of the grammar: rows of a household and an age in months, with the columns that stems name.

A source may hold several rows of a month; everything but `LARGEST` adds up. Ages count back from the snapshot's month,
those of returns and payments from the last month that was due.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs
from yihu.lens.indicators.facts.returns import vat_returns
from yihu.lens.indicators.facts.sides import aged_months
from yihu.lens.indicators.partials import MONEY
from yihu.lens.indicators.window import month_number_of

LARGEST = ("largest_amount",)
ZERO = ibis.literal(0).cast(MONEY)


def _sold(inputs: Inputs) -> Any:
    rows = aged_months(inputs, "seller")
    return rows.mutate(
        gross_amount=(rows.amount + rows.tax_amount).cast(MONEY),
        tried_amount=(rows.blue_amount + rows.void_amount).cast(MONEY),
        valid_count=rows.blue_count + rows.red_count,
        red_late_count=rows.red_linked_count - rows.red_same_month_count,
    )


def _bought(inputs: Inputs) -> Any:
    rows = aged_months(inputs, "buyer")
    return rows.mutate(
        gross_amount=(rows.amount + rows.tax_amount).cast(MONEY),
        red_amount=(rows.blue_amount - rows.amount).cast(MONEY),
        reversed_count=rows.void_count + rows.red_count,
    )


def _declared(inputs: Inputs) -> Any:
    rows = vat_returns(inputs)
    payable, output = rows.tax_payable.fill_null(ZERO), rows.output_tax.fill_null(ZERO)
    net = (rows.input_tax - rows.input_transfer_out.fill_null(ZERO)).cast(MONEY)
    return rows.select(
        "household_id",
        "age",
        "sales",
        payable=rows.tax_payable,
        output=rows.output_tax,
        input=rows.input_tax,
        transfer=rows.input_transfer_out,
        net_input=net,
        credit=ibis.greatest((net - output).cast(MONEY), ZERO),
        exempt=rows.exempt_sales_amount,
        export=rows.export_sales_amount,
        count=ibis.literal(1),
        late_count=(rows.filed_on > rows.due_on).fill_null(False).cast("int64"),
        zero_count=(rows.sales == 0).cast("int64"),
        untaxed_count=((rows.sales > 0) & (payable <= 0)).cast("int64"),
    )


def _paid(inputs: Inputs) -> Any:
    rows = inputs.table("payments")
    late = (rows.paid_on > rows.due_on).fill_null(False)
    return rows.select(
        "household_id",
        "amount",
        age=(inputs.window.last_due - month_number_of(rows.period_end.coalesce(rows.paid_on))).cast("int32"),
        late_amount=ibis.ifelse(late, rows.amount, ZERO),
    )


def _third(inputs: Inputs) -> Any:
    rows = inputs.table("third_party")
    bank, item = rows.source_code == "BANK", rows.item_code.upper()
    out = item.contains("OUT")
    return rows.select(
        "household_id",
        age=(inputs.window.month - month_number_of(rows.occurred_on)).cast("int32"),
        inflow=_where(bank & ~out & ~item.contains("OWNER"), rows.amount),
        outflow=_where(bank & out & ~item.contains("PRIVATE"), rows.amount),
        owner_inflow=_where(bank & ~out & item.contains("OWNER"), rows.amount),
        private_outflow=_where(bank & out & item.contains("PRIVATE"), rows.amount),
        platform=_where(rows.source_code == "PLATFORM", rows.amount),
        power=_where(rows.source_code == "POWER", rows.quantity),
        trips=_where(rows.source_code == "LOGISTICS", rows.quantity),
    )


def _customs(inputs: Inputs) -> Any:
    rows = inputs.table("customs_declarations")
    return rows.select(
        "household_id",
        age=(inputs.window.month - month_number_of(rows.declared_on)).cast("int32"),
        export=_where(rows.direction_code == "EXPORT", rows.amount),
    )


def _where(applies: Any, column: Any) -> Any:
    return ibis.ifelse(applies, column, ibis.null(column.type()))


SOURCES: Mapping[str, Callable[[Inputs], Any]] = MappingProxyType(
    {"sold": _sold, "bought": _bought, "declared": _declared, "paid": _paid, "third": _third, "customs": _customs}
)
