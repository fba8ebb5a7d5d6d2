"""Which household every number belongs to: what resolution decided, completed by numbers nobody registered."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal, parquet_source, write_parquet
from yihu.lens.resolve.anchors import HEX_DIGITS, HOUSEHOLD_PREFIX, PERSON_PREFIX

# Tables of the canonical model whose rows belong to a taxpayer even when it is nowhere registered.
OWNED_TABLES = (
    "registrations", "registration_changes", "roles", "returns", "payments", "customs_declarations", "inspections",
)  # fmt: skip
SEEN_EVIDENCE = '["只在发票等数据中出现，没有登记信息，单独成户"]'
PREVIOUS_EVIDENCE = '["登记资料载明的变更前识别号"]'


def household_id_of(column: str) -> str:
    """SQL of `resolve.anchors.household_id`: the id of a household anchored at this registration."""
    return f"'{HOUSEHOLD_PREFIX}' || substr(sha256({column}), 1, {HEX_DIGITS})"


def natural_person_id_of(column: str) -> str:
    """SQL of `resolve.anchors.natural_person_id`, for a person that resolution did not see."""
    return f"'{PERSON_PREFIX}' || substr(sha256({column}), 1, {HEX_DIGITS})"


def complete_members(con: Any, members: Path, numbers: Sequence[Path], target: Path) -> int:
    """
    Write `target` (registration_id, household_id, weight, evidence, decided_by), one row per number anyone used.

    `members` holds what resolution decided. A number named as the earlier one of exactly one household joins it
    (decided_by PREVIOUS_NUMBER); every other unknown number becomes its own household (SEEN_ONLY).

    :param numbers: files with a column `number` seen on invoices
    :returns: rows written
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE decided AS SELECT * FROM {parquet_source([members])}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW seen AS {_seen(numbers)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE earlier AS {_earlier()}")
    return write_parquet(
        con,
        "SELECT registration_id, household_id, CAST(weight AS DOUBLE) AS weight, evidence, decided_by FROM decided "
        f"UNION ALL SELECT number, household_id, NULL, {literal(PREVIOUS_EVIDENCE)}, 'PREVIOUS_NUMBER' FROM earlier "
        f"UNION ALL SELECT number, {household_id_of('number')}, NULL, {literal(SEEN_EVIDENCE)}, 'SEEN_ONLY' FROM seen "
        "ANTI JOIN decided d ON d.registration_id = number ANTI JOIN earlier USING (number) "
        "ORDER BY registration_id",
        target,
    )


def _seen(numbers: Sequence[Path]) -> str:
    parts = [f"SELECT number FROM {parquet_source(numbers)}"]
    parts += [f"SELECT registration_id FROM current_{table}" for table in OWNED_TABLES]
    return f"SELECT DISTINCT number FROM ({' UNION ALL '.join(parts)}) WHERE number IS NOT NULL"


def _earlier() -> str:
    return (
        "SELECT number, any_value(household_id) AS household_id FROM ("
        "SELECT previous_registration_id AS number, registration_id FROM current_registrations UNION "
        "SELECT old_value, registration_id FROM current_registration_changes WHERE item_code = 'NUMBER') "
        "JOIN decided USING (registration_id) WHERE trim(coalesce(number, '')) <> '' "
        "AND number NOT IN (SELECT registration_id FROM decided) "
        "GROUP BY number HAVING count(DISTINCT household_id) = 1"
    )


def name_numbers(con: Any, numbers: Sequence[Path]) -> None:
    """Temporary table ``number_names``: number, its most recent name on any invoice."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE number_names AS SELECT number, "
        "first(name ORDER BY coalesce(name, '') = '', seen_at DESC, name) AS name "
        f"FROM {parquet_source(numbers)} GROUP BY number"
    )
