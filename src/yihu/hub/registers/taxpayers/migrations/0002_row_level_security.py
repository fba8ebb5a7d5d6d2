"""
The functions that read a connection's scope, and the policies of the register and of grid lists.

A policy calls each function in a scalar sub-select, which PostgreSQL runs once a query instead of once a row. With nothing set
there is no clearance (-1), so nothing is seen. Rows of the register are written by the system; a request may change them only
when its view declares `taxpayer.label`.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION yihu_scope() RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('yihu.scope', true), ''), '{}')::jsonb $$;
CREATE FUNCTION yihu_scope_list(part text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(array_agg(value), '{}') FROM jsonb_array_elements_text(coalesce(yihu_scope() -> part, '[]')) $$;
CREATE FUNCTION yihu_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce((yihu_scope() ->> 'everything')::boolean, false) $$;
CREATE FUNCTION yihu_clearance() RETURNS smallint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce((yihu_scope() ->> 'clearance')::smallint, -1::smallint) $$;
CREATE FUNCTION yihu_actor() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT (yihu_scope() ->> 'user')::bigint $$;
CREATE FUNCTION yihu_may_write(permission text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT yihu_scope() ? 'system' OR coalesce(yihu_scope() ->> 'permission' = permission, false) $$;
"""
IN_SCOPE = """
label <= (SELECT yihu_clearance()) AND ((SELECT yihu_everything())
 OR office_code = ANY ((SELECT yihu_scope_list('offices'))::text[])
 OR number = ANY ((SELECT yihu_scope_list('numbers'))::text[])
 OR division_code ^@ ANY ((SELECT yihu_scope_list('divisions'))::text[])
 OR (office_code || ':' || division_code) ^@ ANY ((SELECT yihu_scope_list('areas'))::text[]))
"""
REGISTER = f"""
ALTER TABLE taxpayers_taxpayer ENABLE ROW LEVEL SECURITY;
ALTER TABLE taxpayers_taxpayer FORCE ROW LEVEL SECURITY;
CREATE POLICY taxpayers_read ON taxpayers_taxpayer FOR SELECT USING ({IN_SCOPE});
CREATE POLICY taxpayers_arrive ON taxpayers_taxpayer FOR INSERT WITH CHECK ((SELECT yihu_may_write(NULL)));
CREATE POLICY taxpayers_leave ON taxpayers_taxpayer FOR DELETE USING ((SELECT yihu_may_write(NULL)));
CREATE POLICY taxpayers_change ON taxpayers_taxpayer FOR UPDATE
 USING ((SELECT yihu_may_write('taxpayer.label')) AND {IN_SCOPE});
"""
# A person's own lists are part of what decides the scope, so they are seen before it is known.
GRID_LISTS = """
ALTER TABLE org_gridtaxpayer ENABLE ROW LEVEL SECURITY;
ALTER TABLE org_gridtaxpayer FORCE ROW LEVEL SECURITY;
CREATE POLICY grid_lists_in_scope ON org_gridtaxpayer USING ((SELECT yihu_everything())
 OR EXISTS (SELECT FROM taxpayers_taxpayer t WHERE t.number = org_gridtaxpayer.number)
 OR EXISTS (SELECT FROM org_gridmember m
             WHERE m.grid_id = org_gridtaxpayer.grid_id AND m.user_id = (SELECT yihu_actor())))
 WITH CHECK ((SELECT yihu_everything())
 OR EXISTS (SELECT FROM taxpayers_taxpayer t WHERE t.number = org_gridtaxpayer.number));
"""
BACKWARDS = """
DROP POLICY grid_lists_in_scope ON org_gridtaxpayer;
ALTER TABLE org_gridtaxpayer NO FORCE ROW LEVEL SECURITY;
ALTER TABLE org_gridtaxpayer DISABLE ROW LEVEL SECURITY;
DROP POLICY taxpayers_change ON taxpayers_taxpayer;
DROP POLICY taxpayers_leave ON taxpayers_taxpayer;
DROP POLICY taxpayers_arrive ON taxpayers_taxpayer;
DROP POLICY taxpayers_read ON taxpayers_taxpayer;
ALTER TABLE taxpayers_taxpayer NO FORCE ROW LEVEL SECURITY;
ALTER TABLE taxpayers_taxpayer DISABLE ROW LEVEL SECURITY;
DROP FUNCTION yihu_may_write(text), yihu_actor(), yihu_clearance(), yihu_everything(), yihu_scope_list(text), yihu_scope();
"""


class Migration(migrations.Migration):
    dependencies = [("taxpayers", "0001_first"), ("org", "0004_without_kinds")]
    operations = [migrations.RunSQL(FUNCTIONS + REGISTER + GRID_LISTS, BACKWARDS)]
