"""What PostgreSQL itself holds: records mark themselves as waiting, and what was written stays."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION audit_mark_waiting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO audit_pending (record_id) SELECT id FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_rows_wait AFTER INSERT ON audit_accessrecord
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_mark_waiting();
INSERT INTO audit_pending (record_id) SELECT id FROM audit_accessrecord;

-- A record may leave the table only when a sealed archive is known to hold it.
CREATE FUNCTION audit_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_archivedleaf WHERE record_id = OLD.id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the log is append-only (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER audit_rows_stay ON audit_accessrecord;
CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON audit_accessrecord
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_loss();

CREATE TRIGGER audit_leaves_stay BEFORE UPDATE OR DELETE ON audit_leaf
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_leaves_stay_whole BEFORE TRUNCATE ON audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE FUNCTION audit_refuse_shorter_tile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.digest, NEW.row, NEW.number) = (OLD.digest, OLD.row, OLD.number)
       AND substring(NEW.content FROM 1 FOR length(OLD.content)) = OLD.content THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a tile of the log only grows (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_tiles_grow BEFORE UPDATE OR DELETE ON audit_tile
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_shorter_tile();
-- Hashes do not compress.
ALTER TABLE audit_tile ALTER COLUMN content SET STORAGE EXTERNAL;
"""
BACKWARDS = """
DROP TRIGGER audit_tiles_grow ON audit_tile;
DROP FUNCTION audit_refuse_shorter_tile();
DROP TRIGGER audit_leaves_stay_whole ON audit_leaf;
DROP TRIGGER audit_leaves_stay ON audit_leaf;
DROP TRIGGER audit_rows_stay ON audit_accessrecord;
CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON audit_accessrecord
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
DROP FUNCTION audit_refuse_loss();
DROP TRIGGER audit_rows_wait ON audit_accessrecord;
DROP FUNCTION audit_mark_waiting();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_merkle_log")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
