"""
The golden record: one row per household from its registrations and invoices.

Rules, in this one place:

* Registrations are ranked: active before closed, then the longest-living (earliest registered_on), among closed ones
  the one closed last, then the smallest number. The first is the **primary** registration.
* Every descriptive column takes the primary's value; where that is empty, the next registration's in rank.
* `status_code` and `closed_on` agree: `household.state` tells them as one before anything is ranked, and while any
  registration is open the status is that of an open one.
* The legal representative's name and number come from one registration: the first in rank that has a name.
* `registered_on` is the earliest; `closed_on` is empty while any registration is active, else the latest.
* A household without registration is called by the most recent name on invoices, else by its number.
* Personal numbers are masked; tokens stand beside them (`yihu.lens.vault`).
* Sums and days of invoices count valid (not void) invoices, blue and red, of all its numbers.
"""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import parquet_source, write_parquet
from yihu.lens.household.state import create_states

CLOSED = "(status_code IS NOT DISTINCT FROM 'CLOSED' OR closed_on IS NOT NULL)"
RANK = (
    f"row_number() OVER (PARTITION BY household_id ORDER BY {CLOSED}, "
    "closed_on DESC NULLS FIRST, registered_on NULLS LAST, registration_id)"
)
DESCRIPTIVE = (
    "name",
    "uscc",
    "type_code",
    "taxpayer_kind_code",
    "industry_code",
    "industry_name",
    "division_code",
    "address",
    "phone",
    "office_code",
    "office_name",
    "registered_capital",
    "credit_rating_code",
)
COLUMNS = (
    "household_id, name, primary_registration_id, uscc, registration_count, status_code, type_code, "
    "taxpayer_kind_code, industry_code, industry_name, division_code, division_name, address, "
    "masked_phone(phone) AS phone, "
    "legal_representative_name, masked_id(legal_representative_id) AS legal_representative_id, "
    "office_code, office_name, registered_on, closed_on, "
    "registered_capital, credit_rating_code, first_invoice_on, last_invoice_on, sales_amount, purchase_amount, "
    "is_registered, peer_group, phone_token(phone) AS phone_token, "
    "identity_token(legal_representative_id) AS legal_representative_token"
)


def create_golden(con: Any, members: Path, activity: Path) -> None:
    """
    Temporary table ``golden``: all columns of households except division_name and peer_group.

    Reads ``current_registrations`` and ``number_names``; `members` and `activity` are parquet files.
    """
    create_states(con, activity)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE ranked AS SELECT *, {RANK} AS rank FROM registration_states "
        f"JOIN (SELECT registration_id, household_id FROM {parquet_source([members])}) USING (registration_id)"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE registered AS {_registered()}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE unregistered AS {_unregistered(members)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE golden AS {_golden(members, activity)}")


def _first(column: str) -> str:
    return f"arg_min({column}, rank) FILTER (trim(coalesce(CAST({column} AS VARCHAR), '')) <> '') AS {column}"


def _status() -> str:
    told = "arg_min(status_code, rank) FILTER (status_code IS NOT NULL{more})"
    return f"CASE WHEN bool_and({CLOSED}) THEN {told.format(more='')} ELSE {told.format(more=f' AND NOT {CLOSED}')} END"


def _registered() -> str:
    described = ", ".join(_first(column) for column in DESCRIPTIVE)
    has_name = "FILTER (trim(coalesce(legal_representative_name, '')) <> '')"
    return (
        f"SELECT household_id, {described}, {_status()} AS status_code, "
        "arg_min(registration_id, rank) AS primary_registration_id, "
        f"arg_min(legal_representative_name, rank) {has_name} AS legal_representative_name, "
        f"arg_min_null(legal_representative_id, rank) {has_name} AS legal_representative_id, "
        "min(registered_on) AS registered_on, "
        f"CASE WHEN bool_and({CLOSED}) THEN max(closed_on) END AS closed_on FROM ranked GROUP BY household_id"
    )


def _unregistered(members: Path) -> str:
    return (
        "SELECT household_id, min(registration_id) AS primary_registration_id, "
        "coalesce(arg_min(n.name, registration_id) FILTER (trim(coalesce(n.name, '')) <> ''), min(registration_id)) "
        f"AS name FROM {parquet_source([members])} m LEFT JOIN number_names n ON n.number = m.registration_id "
        "ANTI JOIN registered USING (household_id) GROUP BY household_id"
    )


def _golden(members: Path, activity: Path) -> str:
    counts = f"SELECT household_id, count(*) AS registration_count FROM {parquet_source([members])} GROUP BY 1"
    return (
        "SELECT r.* REPLACE (coalesce(r.name, r.primary_registration_id) AS name), "
        "CAST(c.registration_count AS INTEGER) AS registration_count, a.first_invoice_on, a.last_invoice_on, "
        "coalesce(a.sales_amount, 0)::DECIMAL(18,2) AS sales_amount, "
        "coalesce(a.purchase_amount, 0)::DECIMAL(18,2) AS purchase_amount "
        "FROM (SELECT *, true AS is_registered FROM registered "
        "UNION ALL BY NAME SELECT *, false AS is_registered FROM unregistered) r "
        f"JOIN ({counts}) c USING (household_id) LEFT JOIN {parquet_source([activity])} a USING (household_id)"
    )


def write_households(con: Any, target: Path) -> int:
    """Join ``golden``, ``places`` and ``peer_groups`` into the table of the contract; rows written."""
    return write_parquet(
        con,
        f"SELECT {COLUMNS} FROM golden LEFT JOIN places USING (division_code) "
        "LEFT JOIN peer_groups USING (household_id) ORDER BY household_id",
        target,
    )
