"""The columns that indicators read of a snapshot: all that a world must hold to have indicators."""

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

from yihu.lens.schema.catalogue import ARROW_TYPES, TABLES

OWN_TYPES = {"boolean": pa.bool_(), **ARROW_TYPES}
INVOICE_COLUMNS = (
    "invoice_number",
    "kind_code",
    "status_code",
    "issued_at",
    "amount",
    "tax_amount",
    "blue_invoice_number",
    "seller_division_code",
    "buyer_division_code",
)
RETURN_COLUMNS = (
    "return_id",
    "form_code",
    "period_start",
    "period_end",
    "filed_on",
    "due_on",
    "sales_amount",
    "output_tax",
    "input_tax",
    "input_transfer_out",
    "exempt_sales_amount",
    "export_sales_amount",
    "tax_payable",
    "revenue_amount",
    "cost_amount",
    "profit_amount",
    "payroll_amount",
    "employee_count",
)


def _canonical(table: str, columns: tuple[str, ...], *households: str) -> pa.Schema:
    own = [pa.field(name, pa.string()) for name in households]
    return pa.schema(own + [pa.field(c, ARROW_TYPES[TABLES[table].columns[c].type]) for c in columns])


def _own(**columns: str) -> pa.Schema:
    return pa.schema([pa.field(name, OWN_TYPES[kind]) for name, kind in columns.items()])


PAIR = ("seller_household_id", "buyer_household_id")
READS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "invoices_by_seller": _canonical("invoices", INVOICE_COLUMNS, *PAIR),
        "invoices_by_buyer": _canonical("invoices", INVOICE_COLUMNS, *PAIR),
        "trades": _own(
            seller_household_id="string",
            buyer_household_id="string",
            month="date",
            amount="money",
            invoice_count="integer",
        ),
        "trade_goods": _own(
            seller_household_id="string", buyer_household_id="string", goods_group="string", amount="money"
        ),
        "returns": _canonical("returns", RETURN_COLUMNS, "household_id"),
        "return_lines": _canonical("return_lines", ("return_id", "line_code", "amount"), "household_id"),
        "payments": _canonical("payments", ("tax_code", "period_end", "due_on", "paid_on", "amount"), "household_id"),
        "customs_declarations": _canonical(
            "customs_declarations", ("direction_code", "declared_on", "amount"), "household_id"
        ),
        "third_party": _canonical(
            "third_party", ("source_code", "occurred_on", "item_code", "amount", "quantity"), "household_id"
        ),
        "roles": _own(
            household_id="string", natural_person_id="string", role_code="string", start_on="date", end_on="date"
        ),
        "persons": _own(natural_person_id="string", household_count="integer"),
        "links": _own(household_id="string", other_household_id="string", link_code="string"),
        "timeline": _own(household_id="string", occurred_at="timestamp", source_table="string"),
        "households": _own(
            household_id="string",
            is_registered="boolean",
            status_code="string",
            taxpayer_kind_code="string",
            industry_code="string",
            division_code="string",
            registered_on="date",
            closed_on="date",
            registered_capital="money",
            first_invoice_on="date",
            last_invoice_on="date",
            peer_group="string",
        ),
    }
)
