"""
Instances and their trails are seen by whoever has a part in them or stands in for somebody who has, and within an
office's scope by those whose page is about offices; written by the engine, which asks who may act before it moves.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION yihu_process_people() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT array_agg(one) FROM (
   SELECT yihu_actor() AS one UNION ALL
   SELECT d.giver_id FROM org_delegation d
    WHERE d.receiver_id = yihu_actor() AND d.revoked_at IS NULL
      AND d.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND d.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND (d.everything OR 'workflow.act' = ANY (d.permissions))) p WHERE one IS NOT NULL $$;
CREATE FUNCTION yihu_sees_processes_of_offices() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(yihu_scope() ->> 'permission' NOT IN ('workflow.view', 'workflow.act'), false) $$;
"""
INSTANCES = """
ALTER TABLE workflow_instance ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_instance FORCE ROW LEVEL SECURITY;
CREATE POLICY instances_seen ON workflow_instance FOR SELECT USING (
 (SELECT yihu_may_write(NULL)) OR initiator_id = (SELECT yihu_actor())
 OR ((SELECT yihu_sees_processes_of_offices()) AND label <= (SELECT yihu_clearance())
     AND ((SELECT yihu_everything()) OR office_code = ANY ((SELECT yihu_scope_list('offices'))::text[])))
 OR EXISTS (SELECT FROM workflow_party p WHERE p.instance_id = coalesce(workflow_instance.root_id, workflow_instance.id)
             AND p.user_id = ANY ((SELECT yihu_process_people())::bigint[])));
CREATE POLICY instances_written ON workflow_instance USING ((SELECT yihu_may_write(NULL)));
"""
ACTS = """
ALTER TABLE workflow_act ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_act FORCE ROW LEVEL SECURITY;
CREATE POLICY acts_seen ON workflow_act FOR SELECT USING (
 (SELECT yihu_may_write(NULL)) OR EXISTS (SELECT FROM workflow_instance i WHERE i.id = workflow_act.instance_id));
CREATE POLICY acts_written ON workflow_act USING ((SELECT yihu_may_write(NULL)));
"""
BACKWARDS = """
DROP POLICY acts_written ON workflow_act; DROP POLICY acts_seen ON workflow_act;
ALTER TABLE workflow_act NO FORCE ROW LEVEL SECURITY; ALTER TABLE workflow_act DISABLE ROW LEVEL SECURITY;
DROP POLICY instances_written ON workflow_instance; DROP POLICY instances_seen ON workflow_instance;
ALTER TABLE workflow_instance NO FORCE ROW LEVEL SECURITY; ALTER TABLE workflow_instance DISABLE ROW LEVEL SECURITY;
DROP FUNCTION yihu_sees_processes_of_offices(), yihu_process_people();
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_first"), ("taxpayers", "0002_row_level_security"), ("org", "0004_without_kinds")]
    operations = [migrations.RunSQL(FUNCTIONS + INSTANCES + ACTS, BACKWARDS)]
