"""Every table that names a taxpayer stands behind the second wall, or says why it need not."""

import re

import pytest
from django.db import connection

from yihu.hub.config.roles import WEB_ROLE

pytestmark = pytest.mark.django_db
NAMES_A_TAXPAYER = re.compile(r"household|taxpayer|registration|^number$|subject_number|^uscc$")
# Table -> the reason why it has no policy. A table with none of both fails the build.
EXEMPT = {
    "rules_tableversion": "its number counts the versions of a table; no taxpayer is named",
    "rules_tableversionevent": "the history of the same",
    "workflow_processversion": "its number counts the versions of a process; no taxpayer is named",
    "publications_revision": "its number counts the revisions of a text; no taxpayer is named",
    "audit_tile": "its number counts pieces of the hash tree; no taxpayer is named",
}
COLUMNS = """
SELECT c.relname, a.attname, c.relrowsecurity, c.relforcerowsecurity,
       (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1, 2
"""


def naming_tables() -> dict[str, tuple[bool, bool, int]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return {table: wall for table, column, *wall in cursor.fetchall() if NAMES_A_TAXPAYER.search(column)}


def test_every_table_that_names_a_taxpayer_has_a_policy_or_a_reason() -> None:
    found = naming_tables()
    assert {"taxpayers_taxpayer", "household_visit", "org_gridtaxpayer"} <= set(found)
    bare = [table for table, (on, forced, policies) in found.items() if not (on and forced and policies)]
    assert [table for table in bare if table not in EXEMPT] == [], (
        "add row-level security in a migration (see household/migrations/0002_row_level_security.py), "
        "or the table with its reason to EXEMPT"
    )


def test_the_web_role_owns_nothing_and_passes_no_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = %s", [WEB_ROLE])
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %s", [WEB_ROLE])
        assert cursor.fetchone() == (0,)
