"""Personal numbers in the clear, read from the vault when somebody entitled asks, with the row each was read from."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import parquet_source
from yihu.lens.household.people import PERSONAL
from yihu.lens.ingest.batches import table_files
from yihu.lens.snapshots.questions import Questions

PLACE = ("batch_id", "source_file", "source_row")
REGISTERED = ("legal_representative_id", "phone")


class ClearReader(Questions):
    """Questions that the vault answers: only batches the snapshot was made from are looked at."""

    def clear_person(self, natural_person_id: str) -> dict[str, dict[str, Any]]:
        """
        A person's name, id_number, phone and address as gathered: {column: {value, batch_id, source_file, source_row}}.

        The value is the one whose mask the snapshot shows: the newest that is not empty.
        """
        files = self._vault("persons")
        if not files:
            return {}
        rows = self.rows(
            f"SELECT p.* FROM {parquet_source(files)} p WHERE person_id IN "
            "(SELECT person_id FROM person_members WHERE natural_person_id = ?) "
            "ORDER BY batch_id DESC, person_id, source_file, source_row",
            [natural_person_id],
        )
        return _newest(rows, PERSONAL)

    def clear_registration(self, registration_id: str) -> dict[str, dict[str, Any]]:
        """A registration's legal_representative_id and phone as gathered, in the shape of `clear_person`."""
        files = self._vault("registrations")
        if not files:
            return {}
        rows = self.rows(
            f"SELECT * FROM {parquet_source(files)} WHERE registration_id = ? "
            "ORDER BY batch_id DESC, source_file, source_row LIMIT 1",
            [registration_id],
        )
        return _newest(rows, REGISTERED)

    def _vault(self, table: str) -> list[Path]:
        return table_files(self.home, table, self.manifest["created_from"]["batches"])


def _newest(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for column in columns:
        row = next((r for r in rows if str(r[column] or "").strip()), None)
        if row is not None:
            found[column] = {"value": row[column], **{name: row[name] for name in PLACE}}
    return found
