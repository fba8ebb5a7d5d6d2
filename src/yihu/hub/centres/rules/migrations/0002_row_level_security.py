"""
What names taxpayers is seen by whoever may see the taxpayer; traces of other things by office and label.

Traces and examples are written by the system; suppressions also by those whose page declares `rules.suppress`. A version
that was published stays as it is but for being retired, and is never deleted.
"""

from django.db import migrations

SEEN = "EXISTS (SELECT FROM taxpayers_taxpayer t WHERE t.number = {table}.taxpayer_number)"
SYSTEM = "(SELECT yihu_may_write(NULL))"
WRITERS = "(SELECT yihu_may_write('rules.suppress'))"


def walled(table: str, seen: str, writers: str) -> str:
    """Row-level security of one table."""
    shown = seen.format(table=table)
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY seen_in_scope ON {table} FOR SELECT USING ({SYSTEM} OR ({shown}));
CREATE POLICY written_in_scope ON {table} FOR INSERT WITH CHECK ({SYSTEM} OR ({writers} AND {shown}));
CREATE POLICY changed_in_scope ON {table} FOR UPDATE USING ({SYSTEM} OR ({writers} AND {shown}));
CREATE POLICY removed_by_system ON {table} FOR DELETE USING ({SYSTEM});
"""


OF_OTHERS = (
    """CASE WHEN taxpayer_number <> '' THEN """
    + SEEN
    + """
 ELSE label <= (SELECT yihu_clearance()) AND ((SELECT yihu_everything())
      OR office_code = ANY ((SELECT yihu_scope_list('offices'))::text[])) END"""
)
FORWARDS = (
    walled("rules_trace", OF_OTHERS, "false")
    + walled("rules_backtestexample", SEEN, "false")
    + walled("rules_suppression", SEEN, WRITERS)
    + """
ALTER TABLE rules_suppressionevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE rules_suppressionevent FORCE ROW LEVEL SECURITY;
CREATE POLICY history_in_scope ON rules_suppressionevent FOR SELECT USING ((SELECT yihu_everything())
 OR EXISTS (SELECT FROM taxpayers_taxpayer t WHERE t.number = rules_suppressionevent.taxpayer_number));
CREATE POLICY history_arrives ON rules_suppressionevent FOR INSERT WITH CHECK (true);

CREATE FUNCTION rules_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.table_id, OLD.number, OLD.xml, OLD.digest, OLD.valid_from, OLD.created_name)
       IS DISTINCT FROM (NEW.table_id, NEW.number, NEW.xml, NEW.digest, NEW.valid_from, NEW.created_name)
       OR NEW.state NOT IN ('PUBLISHED', 'RETIRED') THEN
        RAISE EXCEPTION 'a published decision table stays as it is (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rules_version_stays BEFORE UPDATE OR DELETE ON rules_tableversion
    FOR EACH ROW WHEN (OLD.state IN ('PUBLISHED', 'RETIRED')) EXECUTE FUNCTION rules_refuse_published();
"""
)
BACKWARDS = """
DROP TRIGGER rules_version_stays ON rules_tableversion;
DROP FUNCTION rules_refuse_published();
DROP POLICY history_arrives ON rules_suppressionevent;
DROP POLICY history_in_scope ON rules_suppressionevent;
ALTER TABLE rules_suppressionevent NO FORCE ROW LEVEL SECURITY;
ALTER TABLE rules_suppressionevent DISABLE ROW LEVEL SECURITY;
""" + "".join(
    f"""
DROP POLICY removed_by_system ON {table};
DROP POLICY changed_in_scope ON {table};
DROP POLICY written_in_scope ON {table};
DROP POLICY seen_in_scope ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
    for table in ("rules_suppression", "rules_backtestexample", "rules_trace")
)


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_first"), ("taxpayers", "0004_row_history")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
