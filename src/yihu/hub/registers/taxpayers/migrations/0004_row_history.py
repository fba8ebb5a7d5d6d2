"""A table of events beside each tracked table, the triggers that fill it, and one event for each row there is."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Who sees a taxpayer sees what its row and its places in grid lists were. Events are written by the triggers' owner.
BEHIND_THE_WALL = ("taxpayers_taxpayerevent", "org_gridtaxpayerevent")
WALL = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY history_in_scope ON {table} FOR SELECT USING ((SELECT yihu_everything())
 OR EXISTS (SELECT FROM taxpayers_taxpayer t WHERE t.number = {table}.number));
CREATE POLICY history_arrives ON {table} FOR INSERT WITH CHECK (true);
"""
    for table in BEHIND_THE_WALL
)
NO_WALL = "".join(
    f"""
DROP POLICY history_arrives ON {table};
DROP POLICY history_in_scope ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
    for table in BEHIND_THE_WALL
)


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0006_row_history"),
        ("taxpayers", "0003_policies_that_use_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxpayerEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("number", models.CharField(max_length=64, serialize=False, verbose_name="纳税人识别号")),
                (
                    "label",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "公开"), (1, "内部"), (2, "敏感"), (3, "重要")], default=1, verbose_name="数据标签"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxpayer",
            trigger=pgtrigger.compiler.Trigger(
                name="a_label_before",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."label" IS DISTINCT FROM (NEW."label"))',
                    func='INSERT INTO "taxpayers_taxpayerevent" ("label", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."label", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'snapshot\', OLD."number"); RETURN NULL;',
                    hash="eceb1630e80c36d32b50fabd91e7037939882648",
                    operation='UPDATE OF "label"',
                    pgid="pgtrigger_a_label_before_096a7",
                    table="taxpayers_taxpayer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxpayer",
            trigger=pgtrigger.compiler.Trigger(
                name="b_label_after",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."label" IS DISTINCT FROM (NEW."label"))',
                    func='INSERT INTO "taxpayers_taxpayerevent" ("label", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."label", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."number"); RETURN NULL;',
                    hash="aecd05a3d40d12e2a77bf0f4df21aa9f06a544b2",
                    operation='UPDATE OF "label"',
                    pgid="pgtrigger_b_label_after_74189",
                    table="taxpayers_taxpayer",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="taxpayerevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="taxpayers.taxpayer",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxpayerevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2ebc5e710081fae106a0d7ee7ad7b30183f6b628",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e1104",
                    table="taxpayers_taxpayerevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
