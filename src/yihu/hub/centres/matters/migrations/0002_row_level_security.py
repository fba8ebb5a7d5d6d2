"""
PostgreSQL shows a case that names a taxpayer to its applicant, to whoever has or had a part in its process, and to those who
see cases of that taxpayer's office; drafts to their owner; letters, events and files with their case.

A page may be opened by a permission everybody holds, so the taxpayer's scope counts only under the permission to see cases.
"""

from django.db import migrations

SEEN = """
(SELECT yihu_may_write(NULL)) OR taxpayer_number IS NULL OR applicant_id = (SELECT yihu_actor())
 OR EXISTS (SELECT FROM workflow_assignment a JOIN workflow_step s ON s.id = a.step_id
             WHERE s.instance_id = matters_case.instance_id
               AND (SELECT yihu_actor()) IN (a.assignee_id, a.acted_by_id))
 OR ((SELECT yihu_scope() ->> 'permission') = 'matter.cases'
     AND EXISTS (SELECT FROM taxpayers_taxpayer t WHERE t.number = matters_case.taxpayer_number))
"""
WITH_CASE = "EXISTS (SELECT FROM matters_case c WHERE c.id = {table}.case_id)"
FILES = """
CASE WHEN about LIKE 'case:%' THEN EXISTS (SELECT FROM matters_case c WHERE c.id = split_part(about, ':', 2)::bigint)
     WHEN about LIKE 'draft:%' THEN EXISTS (SELECT FROM matters_draft d WHERE d.id = split_part(about, ':', 2)::bigint)
     ELSE true END
"""
POLICIES = {
    "matters_case": SEEN,
    "matters_draft": "(SELECT yihu_may_write(NULL)) OR owner_id = (SELECT yihu_actor())",
    "matters_letter": WITH_CASE.format(table="matters_letter"),
    "matters_caseevent": WITH_CASE.format(table="matters_caseevent"),
    "documents_document": FILES,
}
FORWARDS = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_in_scope ON {table} USING ({condition});
"""
    for table, condition in POLICIES.items()
)
BACKWARDS = "".join(
    f"""
DROP POLICY {table}_in_scope ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
    for table in reversed(POLICIES)
)


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0001_first"), ("documents", "0001_first"), ("taxpayers", "0003_policies_that_use_indexes"),
        ("workflow", "0001_first"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
