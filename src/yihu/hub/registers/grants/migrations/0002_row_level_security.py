"""Rows are seen and written where their taxpayer is in scope; the register's own policy says who that is."""

from django.db import migrations

TABLES = ("grants_invoicequota", "grants_taxdeferral", "grants_registrationchange")


def _forwards(table: str) -> str:
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_in_scope ON {table} USING ((SELECT yihu_may_write(NULL))
 OR EXISTS (SELECT FROM taxpayers_taxpayer t WHERE t.number = {table}.number));
"""


def _backwards(table: str) -> str:
    return f"""
DROP POLICY {table}_in_scope ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_first"), ("taxpayers", "0003_policies_that_use_indexes")]
    operations = [
        migrations.RunSQL("".join(_forwards(t) for t in TABLES), "".join(_backwards(t) for t in TABLES)),
    ]
