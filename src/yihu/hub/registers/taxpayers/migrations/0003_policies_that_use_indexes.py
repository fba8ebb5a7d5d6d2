"""
The same rows in scope, said so that every way of being in scope can use an index.

"Everything" is a range of office codes from the lowest to the highest text, or an empty one; divisions and areas add a range
to their prefixes. Before, one way without an index made PostgreSQL read the whole register for a count of one office.
"""

from importlib import import_module

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION yihu_low(part text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN part = 'everything' THEN CASE WHEN yihu_everything() THEN '' ELSE '~' END
   ELSE coalesce((SELECT min(value) FROM jsonb_array_elements_text(coalesce(yihu_scope() -> part, '[]'))), '~') END $$;
CREATE FUNCTION yihu_high(part text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN part = 'everything' THEN CASE WHEN yihu_everything() THEN '~' ELSE '' END
   ELSE coalesce((SELECT max(value) || '~' FROM jsonb_array_elements_text(coalesce(yihu_scope() -> part, '[]'))), '')
   END $$;
CREATE FUNCTION yihu_area_offices() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(array_agg(DISTINCT split_part(value, ':', 1)), '{}')
     FROM jsonb_array_elements_text(coalesce(yihu_scope() -> 'areas', '[]')) $$;
"""
IN_SCOPE = """
label <= (SELECT yihu_clearance()) AND (
    office_code BETWEEN (SELECT yihu_low('everything')) AND (SELECT yihu_high('everything'))
 OR office_code = ANY ((SELECT yihu_scope_list('offices'))::text[])
 OR number = ANY ((SELECT yihu_scope_list('numbers'))::text[])
 OR (division_code BETWEEN (SELECT yihu_low('divisions')) AND (SELECT yihu_high('divisions'))
     AND division_code ^@ ANY ((SELECT yihu_scope_list('divisions'))::text[]))
 OR (office_code = ANY ((SELECT yihu_area_offices())::text[])
     AND (office_code || ':' || division_code) ^@ ANY ((SELECT yihu_scope_list('areas'))::text[])))
"""
BEFORE = import_module("yihu.hub.registers.taxpayers.migrations.0002_row_level_security").IN_SCOPE


def _say(in_scope: str) -> str:
    return f"""
ALTER POLICY taxpayers_read ON taxpayers_taxpayer USING ({in_scope});
ALTER POLICY taxpayers_change ON taxpayers_taxpayer
 USING ((SELECT yihu_may_write('taxpayer.label')) AND {in_scope});
"""


FORWARDS = FUNCTIONS + _say(IN_SCOPE)
BACKWARDS = _say(BEFORE) + "DROP FUNCTION yihu_area_offices(), yihu_high(text), yihu_low(text);"


class Migration(migrations.Migration):
    dependencies = [("taxpayers", "0002_row_level_security")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
