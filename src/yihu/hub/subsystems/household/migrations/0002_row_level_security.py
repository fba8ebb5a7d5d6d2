"""A visit is seen and written by whoever made it, while the household lies within their scope."""

from django.db import migrations

# The register's own policy applies inside the sub-select, so there is one place that says what is in scope.
FORWARDS = """
ALTER TABLE household_visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE household_visit FORCE ROW LEVEL SECURITY;
CREATE POLICY visits_in_scope ON household_visit USING (
 (SELECT yihu_may_write(NULL)) OR (user_id = (SELECT yihu_actor())
  AND EXISTS (SELECT FROM taxpayers_taxpayer t WHERE t.household_id = household_visit.household_id)));
"""
BACKWARDS = """
DROP POLICY visits_in_scope ON household_visit;
ALTER TABLE household_visit NO FORCE ROW LEVEL SECURITY;
ALTER TABLE household_visit DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("household", "0001_first"), ("taxpayers", "0002_row_level_security")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
