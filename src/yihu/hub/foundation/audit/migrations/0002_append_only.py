"""PostgreSQL refuses to change, remove or empty the access record."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the access record is append-only (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON audit_accessrecord
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_table_stays BEFORE TRUNCATE ON audit_accessrecord
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER audit_table_stays ON audit_accessrecord;
DROP TRIGGER audit_rows_stay ON audit_accessrecord;
DROP FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_first")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
