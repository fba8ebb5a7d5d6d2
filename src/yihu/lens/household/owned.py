"""Returns, payments, declarations and other rows with the household they belong to."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import parquet_source, write_parquet
from yihu.lens.schema import TABLES

# table: column that holds the taxpayer's number
OWNERS = {
    "registrations": "registration_id",
    "returns": "registration_id",
    "payments": "registration_id",
    "customs_declarations": "registration_id",
    "third_party": "subject_number",
    "inspections": "registration_id",
}
OWNED = (*OWNERS, "return_lines")

# What a derived table may hold of personal numbers: masks, tokens, and free text without them.
VEILED = {
    "registrations": "t.* REPLACE (masked_phone(t.phone) AS phone, masked_id(t.legal_representative_id) AS "
    "legal_representative_id), phone_token(t.phone) AS phone_token, "
    "identity_token(t.legal_representative_id) AS legal_representative_token",
    "third_party": "t.* REPLACE (veiled(t.item_name) AS item_name, veiled(t.text) AS text)",
    "customs_declarations": "t.* REPLACE (veiled(t.goods_name) AS goods_name)",
    "inspections": "t.* REPLACE (veiled(t.note) AS note)",
}


def create_owners(con: Any, members: Path) -> None:
    """Temporary view ``owners``: registration_id, household_id."""
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW owners AS SELECT registration_id, household_id FROM {parquet_source([members])}"
    )


def write_owned(con: Any, table: str, target: Path) -> int:
    """
    Write one of `OWNED`: the gathered rows with the household they belong to; rows written.

    All but registrations may hold rows without a household: third-party records of strangers and lines of returns that
    were never gathered. They are kept, last, so that no amount is lost.
    """
    sql = _lines() if table == "return_lines" else _owned(table, OWNERS[table])
    return _write(con, table, sql, target)


def reads(table: str) -> tuple[str, ...]:
    """The canonical tables that one of `OWNED` is made of."""
    return ("return_lines", "returns") if table == "return_lines" else (table,)


def numbers(table: str) -> str:
    """SQL of the taxpayer numbers (``number``) that decide whose its rows are."""
    source = reads(table)[-1]
    return f"SELECT {OWNERS[source]} AS number FROM current_{source}"


def _owned(table: str, owner: str) -> str:
    columns = VEILED.get(table, "t.*")
    return (
        f"SELECT o.household_id, {columns} FROM current_{table} t LEFT JOIN owners o ON o.registration_id = t.{owner}"
    )


def _lines() -> str:
    return (
        "SELECT o.household_id, t.* FROM current_return_lines t LEFT JOIN current_returns r USING (return_id) "
        "LEFT JOIN owners o ON o.registration_id = r.registration_id"
    )


def _write(con: Any, table: str, sql: str, target: Path) -> int:
    definition = TABLES[table]
    period = [definition.period] if definition.period else []
    order = ", ".join(["household_id", *period, *definition.key, "row_key", "batch_id", "source_row"])
    return write_parquet(con, f"SELECT * FROM ({sql}) ORDER BY {order}", target)
