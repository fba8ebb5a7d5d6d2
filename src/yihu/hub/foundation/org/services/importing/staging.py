"""Staging tables of one import: they vanish with the transaction."""

from collections.abc import Callable
from pathlib import Path

from django.db import connection

from yihu.hub.foundation.org.services.importing.columns import COLUMNS, Kind
from yihu.hub.foundation.org.services.importing.reading import read_rows

REPORT_EVERY = 20_000


def make_tables() -> None:
    """One table a file, all columns text beside the days; one for the problems."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS org_stage_problem")
        cursor.execute(
            "CREATE TEMP TABLE org_stage_problem"
            " (code text, kind text, line int, field text, value text) ON COMMIT DROP"
        )
        for kind in Kind:
            cursor.execute(f"DROP TABLE IF EXISTS org_stage_{kind.value}")
            texts = ", ".join(f"{c.code} text NOT NULL" for c in COLUMNS[kind])
            days = "".join(f", {c.code}_day date" for c in COLUMNS[kind] if c.is_day)
            cursor.execute(f"CREATE TEMP TABLE org_stage_{kind.value} (line int, {texts}{days}) ON COMMIT DROP")


def fill(kind: Kind, path: Path, progress: Callable[[float], None]) -> int:
    """Stream a file into its table by COPY; says how many rows. `progress` gets the rows read so far."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY org_stage_{kind.value} FROM STDIN") as copy:
        for row in read_rows(path, kind):
            copy.write_row(row)
            count += 1
            if count % REPORT_EVERY == 0:
                progress(count)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE org_stage_{kind.value}")
    return count
