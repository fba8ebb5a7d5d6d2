"""What came in with a model never changes, and no version is deleted; nobody lets through what they trained or sent."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION modelhub_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.edition, OLD.model_id, OLD.card, OLD.card_digest, OLD.made_at, OLD.trained_by,
        OLD.trained_name) IS DISTINCT FROM (NEW.edition, NEW.model_id, NEW.card, NEW.card_digest, NEW.made_at,
        NEW.trained_by, NEW.trained_name)
       OR (OLD.submitted_by IS NOT NULL AND OLD.submitted_by IS DISTINCT FROM NEW.submitted_by)
       OR (OLD.reviewed_by IS NOT NULL AND OLD.reviewed_by IS DISTINCT FROM NEW.reviewed_by) THEN
        RAISE EXCEPTION 'a registered model stays as it is (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER modelhub_version_stays BEFORE UPDATE OR DELETE ON modelhub_modelversion
    FOR EACH ROW EXECUTE FUNCTION modelhub_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER modelhub_version_stays ON modelhub_modelversion;
DROP FUNCTION modelhub_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("modelhub", "0001_first")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
