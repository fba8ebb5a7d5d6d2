"""Natural persons and the roles they hold in households."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import parquet_source, write_parquet
from yihu.lens.household.membership import natural_person_id_of

PERSONAL = ("name", "id_number", "phone", "address")


def newest_value(column: str) -> str:
    """SQL: the value of a column of a person's records that the newest batch gives."""
    return f"first({column} ORDER BY batch_id DESC, person_id) FILTER (trim(coalesce({column}, '')) <> '') AS {column}"


def complete_people(con: Any, person_members: Path) -> None:
    """
    Temporary table ``natural_persons``: person_id, natural_person_id of every person anyone named.

    A person that resolution did not see stands alone.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE natural_persons AS "
        "SELECT person_id, coalesce(m.natural_person_id, " + natural_person_id_of("person_id") + ") AS "
        "natural_person_id FROM (SELECT person_id FROM current_persons UNION SELECT person_id FROM current_roles) "
        f"LEFT JOIN (SELECT person_id, natural_person_id FROM {parquet_source([person_members])}) m USING (person_id)"
    )


def write_person_members(con: Any, target: Path) -> int:
    """Rows of ``natural_persons`` as the snapshot's person_members."""
    return write_parquet(con, "SELECT person_id, natural_person_id FROM natural_persons ORDER BY person_id", target)


def write_roles(con: Any, members: Path, target: Path) -> int:
    """Every role with its household and natural person."""
    return write_parquet(
        con,
        "SELECT household_id, natural_person_id, person_id, registration_id, role_code, start_on, end_on, share_rate, "
        "batch_id, source_file, source_row, row_key FROM current_roles "
        f"JOIN (SELECT registration_id, household_id FROM {parquet_source([members])}) USING (registration_id) "
        "JOIN natural_persons USING (person_id) ORDER BY ALL",
        target,
    )


def write_persons(con: Any, roles: Path, target: Path) -> int:
    """
    One row per natural person: the newest non-empty value of each column, and how many households they stand in.

    Numbers and the home are masked, tokens beside them; `snapshots.clear` reads the vault by the same rule.
    """
    columns = ", ".join(newest_value(c) for c in PERSONAL)
    return write_parquet(
        con,
        "WITH h AS (SELECT natural_person_id, count(DISTINCT household_id) AS n "
        f"FROM {parquet_source([roles])} GROUP BY 1), "
        f"p AS (SELECT natural_person_id, {columns} FROM natural_persons LEFT JOIN current_persons USING (person_id) "
        "GROUP BY 1) "
        "SELECT natural_person_id, name, masked_id(id_number) AS id_number, masked_phone(phone) AS phone, "
        "masked_address(address) AS address, coalesce(h.n, 0)::INTEGER AS household_count, "
        "identity_token(id_number) AS id_token, phone_token(phone) AS phone_token "
        "FROM p LEFT JOIN h USING (natural_person_id) "
        "ORDER BY natural_person_id",
        target,
    )
