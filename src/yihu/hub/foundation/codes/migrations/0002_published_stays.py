"""PostgreSQL refuses to change what was published: versions, their entries, and calendar years."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION codes_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is published stays as it is (% %)', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER codes_version_stays BEFORE UPDATE OR DELETE ON codes_tableversion
    FOR EACH ROW WHEN (OLD.state = 'PUBLISHED') EXECUTE FUNCTION codes_refuse_published();
CREATE TRIGGER codes_year_stays BEFORE UPDATE OR DELETE ON codes_calendarrecord
    FOR EACH ROW WHEN (OLD.state = 'PUBLISHED') EXECUTE FUNCTION codes_refuse_published();

CREATE FUNCTION codes_refuse_published_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM touched JOIN codes_tableversion v ON v.id = touched.version_id
                WHERE v.state = 'PUBLISHED') THEN
        RAISE EXCEPTION 'entries of a published version stay as they are (%)', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER codes_entries_not_added AFTER INSERT ON codes_codeentry REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION codes_refuse_published_entries();
CREATE TRIGGER codes_entries_not_changed AFTER UPDATE ON codes_codeentry REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION codes_refuse_published_entries();
CREATE TRIGGER codes_entries_not_moved AFTER UPDATE ON codes_codeentry REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION codes_refuse_published_entries();
CREATE TRIGGER codes_entries_not_removed AFTER DELETE ON codes_codeentry REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION codes_refuse_published_entries();
"""
BACKWARDS = """
DROP TRIGGER codes_entries_not_removed ON codes_codeentry;
DROP TRIGGER codes_entries_not_moved ON codes_codeentry;
DROP TRIGGER codes_entries_not_changed ON codes_codeentry;
DROP TRIGGER codes_entries_not_added ON codes_codeentry;
DROP FUNCTION codes_refuse_published_entries();
DROP TRIGGER codes_year_stays ON codes_calendarrecord;
DROP TRIGGER codes_version_stays ON codes_tableversion;
DROP FUNCTION codes_refuse_published();
"""


class Migration(migrations.Migration):
    dependencies = [("codes", "0001_first")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
