"""
To-dos are seen by whoever has, started or stands in for them, and by chiefs within reach; written by the system.

What hangs on a to-do is seen with it. A chief's page declares `tasks.supervise`: its reach is by the receiver's office,
its clearance by the to-do's label. Codes and replies of SMS approval are the system's alone.
"""

from django.db import migrations

# Days are those of the country, as `org.selectors.people.list_delegations` has them.
FUNCTIONS = """
CREATE FUNCTION yihu_task_principals() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(array_agg(d.giver_id), '{}') FROM org_delegation d
    WHERE d.receiver_id = yihu_actor() AND d.revoked_at IS NULL
      AND d.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND d.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND (d.everything OR d.takes_present_tasks OR 'tasks.self' = ANY (d.permissions)) $$;
CREATE FUNCTION yihu_may_supervise() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(yihu_scope() ->> 'permission' = 'tasks.supervise', false) $$;
"""
TODOS = """
ALTER TABLE tasks_todo ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks_todo FORCE ROW LEVEL SECURITY;
CREATE POLICY todos_seen ON tasks_todo FOR SELECT USING (
 receiver_id = (SELECT yihu_actor()) OR initiator_id = (SELECT yihu_actor()) OR (SELECT yihu_may_write(NULL))
 OR receiver_id = ANY ((SELECT yihu_task_principals())::bigint[])
 OR ((SELECT yihu_may_supervise()) AND label <= (SELECT yihu_clearance())
     AND ((SELECT yihu_everything()) OR receiver_id IN (
           SELECT u.id FROM org_user u JOIN org_office o ON o.id = u.office_id
            WHERE o.code = ANY ((SELECT yihu_scope_list('offices'))::text[])))));
CREATE POLICY todos_arrive ON tasks_todo FOR INSERT WITH CHECK ((SELECT yihu_may_write(NULL)));
CREATE POLICY todos_change ON tasks_todo FOR UPDATE USING ((SELECT yihu_may_write(NULL)));
CREATE POLICY todos_leave ON tasks_todo FOR DELETE USING ((SELECT yihu_may_write(NULL)));
"""
HANGING = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY seen_with_todo ON {table} FOR SELECT USING (
 (SELECT yihu_may_write(NULL)) OR EXISTS (SELECT FROM tasks_todo t WHERE t.id = {table}.todo_id));
CREATE POLICY written_by_system ON {table} USING ((SELECT yihu_may_write(NULL)));
"""
SYSTEMS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY written_by_system ON {table} USING ((SELECT yihu_may_write(NULL)));
"""
POLICIES = {
    "tasks_todo": ("todos_seen", "todos_arrive", "todos_change", "todos_leave"),
    "tasks_supervision": ("seen_with_todo", "written_by_system"),
    "tasks_reminder": ("seen_with_todo", "written_by_system"),
    "tasks_smschallenge": ("written_by_system",),
    "tasks_smsreply": ("written_by_system",),
    "tasks_earlyending": ("written_by_system",),
}
FORWARDS = FUNCTIONS + TODOS
FORWARDS += "".join(HANGING.format(table=table) for table in ("tasks_supervision", "tasks_reminder"))
FORWARDS += "".join(
    SYSTEMS.format(table=table) for table in ("tasks_smschallenge", "tasks_smsreply", "tasks_earlyending")
)
BACKWARDS = "".join(
    "".join(f"DROP POLICY {policy} ON {table};\n" for policy in policies)
    + f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;\nALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n"
    for table, policies in POLICIES.items()
)
BACKWARDS += "DROP FUNCTION yihu_may_supervise(), yihu_task_principals();\n"


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_first"), ("taxpayers", "0002_row_level_security"), ("org", "0004_without_kinds")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
