"""Natural persons and the roles they hold in households."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import parquet_source, write_parquet
from yihu.lens.household.membership import natural_person_id_of


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
    """One row per natural person: the newest non-empty value of each column, and how many households they stand in."""
    newest = "ORDER BY batch_id DESC, person_id"
    columns = ", ".join(
        f"first({c} {newest}) FILTER (trim(coalesce({c}, '')) <> '') AS {c}"
        for c in ("name", "id_number", "phone", "address")
    )
    return write_parquet(
        con,
        "WITH h AS (SELECT natural_person_id, count(DISTINCT household_id) AS n "
        f"FROM {parquet_source([roles])} GROUP BY 1), "
        f"p AS (SELECT natural_person_id, {columns} FROM natural_persons LEFT JOIN current_persons USING (person_id) "
        "GROUP BY 1) "
        "SELECT p.*, coalesce(h.n, 0)::INTEGER AS household_count FROM p LEFT JOIN h USING (natural_person_id) "
        "ORDER BY natural_person_id",
        target,
    )
