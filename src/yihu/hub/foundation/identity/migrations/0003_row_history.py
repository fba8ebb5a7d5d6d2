"""A table of events beside each tracked table, the triggers that fill it, and one event for each row there is."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from yihu.hub.base.history import take_stock_of


class Migration(migrations.Migration):
    dependencies = [
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("identity", "0002_cache"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientRegistrationEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="用途")),
                ("registered_by", models.CharField(max_length=150, verbose_name="登记人")),
                ("secret_set_at", models.DateTimeField(verbose_name="密钥设置时间")),
                ("disabled_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientregistration",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "identity_clientregistrationevent" ("client_id", "disabled_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "registered_by", "secret_set_at") SELECT new_values."client_id", new_values."disabled_at", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."purpose", new_values."registered_by", new_values."secret_set_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="6d395b5446fc05f93a0deb05a38cfe0696e44425",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_011ca",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="identity_clientregistration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientregistration",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "identity_clientregistrationevent" ("client_id", "disabled_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "registered_by", "secret_set_at") SELECT new_values."client_id", new_values."disabled_at", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."purpose", new_values."registered_by", new_values."secret_set_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="fc60d00894c3c4ba02d7609e9e65c66fe41e7a43",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e4924",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="identity_clientregistration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientregistration",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "identity_clientregistrationevent" ("client_id", "disabled_at", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "registered_by", "secret_set_at") SELECT old_values."client_id", old_values."disabled_at", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."purpose", old_values."registered_by", old_values."secret_set_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="f54413090c464f8dae0fd29aea5cd26e6dd4254a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d9a0b",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="identity_clientregistration",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="clientregistrationevent",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="allauth_idp_oidc.client",
            ),
        ),
        migrations.AddField(
            model_name="clientregistrationevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="identity.clientregistration",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientregistrationevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="58c5b8aa8442505f25e01dc66b870595098bce6a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ac8be",
                    table="identity_clientregistrationevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(take_stock_of("identity"), migrations.RunPython.noop),
    ]
