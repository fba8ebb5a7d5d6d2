"""A table of events beside each tracked table, the triggers that fill it, and one event for each row there is."""

import django.core.serializers.json
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from yihu.hub.base.history import take_stock_of


class Migration(migrations.Migration):
    dependencies = [
        ("codes", "0002_published_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarRecordEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("DRAFT", "草稿"), ("IN_REVIEW", "待审核"), ("PUBLISHED", "已发布")],
                        default="DRAFT",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("content_hash", models.CharField(blank=True, max_length=64, verbose_name="内容摘要")),
                ("created_by", models.BigIntegerField(blank=True, null=True)),
                ("created_name", models.CharField(max_length=150, verbose_name="起草人")),
                ("created_at", models.DateTimeField(verbose_name="起草时间")),
                ("submitted_by", models.BigIntegerField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="送审时间")),
                ("reviewed_by", models.BigIntegerField(blank=True, null=True)),
                ("reviewed_name", models.CharField(blank=True, max_length=150, verbose_name="审核人")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("review_note", models.CharField(blank=True, max_length=500, verbose_name="审核意见")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("notice", models.CharField(max_length=60, verbose_name="通知文号")),
                ("issued_on", models.DateField(verbose_name="通知日期")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="来源")),
                ("body", models.TextField(verbose_name="安排")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CodeMappingEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("from_code", models.CharField(max_length=40, verbose_name="原代码")),
                ("to_code", models.CharField(blank=True, max_length=40, verbose_name="新代码")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ONE_TO_ONE", "一对一"),
                            ("SPLIT", "拆分"),
                            ("MERGED", "合并"),
                            ("ABOLISHED", "废止"),
                        ],
                        max_length=12,
                        verbose_name="关系",
                    ),
                ),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="生效日期")),
                ("basis", models.CharField(blank=True, max_length=300, verbose_name="依据")),
                (
                    "state",
                    models.CharField(
                        choices=[("PROPOSED", "待确认"), ("CONFIRMED", "已确认"), ("REJECTED", "未采纳")],
                        default="PROPOSED",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_by", models.BigIntegerField(blank=True, null=True)),
                ("proposed_name", models.CharField(max_length=150, verbose_name="提出人")),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                ("confirmed_by", models.BigIntegerField(blank=True, null=True)),
                ("confirmed_name", models.CharField(blank=True, max_length=150, verbose_name="确认人")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CodeTableEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=40, verbose_name="表代码")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("standard", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("levels", models.JSONField(default=list, verbose_name="层级名称")),
                (
                    "origin",
                    models.CharField(
                        choices=[("SHIPPED", "随程序提供"), ("LOADED", "本地导入")],
                        default="LOADED",
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TableVersionEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("DRAFT", "草稿"), ("IN_REVIEW", "待审核"), ("PUBLISHED", "已发布")],
                        default="DRAFT",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("content_hash", models.CharField(blank=True, max_length=64, verbose_name="内容摘要")),
                ("created_by", models.BigIntegerField(blank=True, null=True)),
                ("created_name", models.CharField(max_length=150, verbose_name="起草人")),
                ("created_at", models.DateTimeField(verbose_name="起草时间")),
                ("submitted_by", models.BigIntegerField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="送审时间")),
                ("reviewed_by", models.BigIntegerField(blank=True, null=True)),
                ("reviewed_name", models.CharField(blank=True, max_length=150, verbose_name="审核人")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("review_note", models.CharField(blank=True, max_length=500, verbose_name="审核意见")),
                ("label", models.CharField(max_length=60, verbose_name="版本")),
                ("valid_from", models.DateField(verbose_name="施行日期")),
                ("entry_count", models.PositiveIntegerField(default=0, verbose_name="条目数")),
                ("source", models.CharField(blank=True, max_length=500, verbose_name="来源文件")),
                ("source_hash", models.CharField(blank=True, max_length=64, verbose_name="文件摘要")),
                ("layout", models.CharField(blank=True, max_length=60, verbose_name="版式")),
                ("rejected", models.PositiveIntegerField(default=0, verbose_name="退回行数")),
                (
                    "findings",
                    models.JSONField(
                        default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="导入问题"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_calendarrecordevent" ("body", "content_hash", "created_at", "created_by", "created_name", "id", "issued_on", "notice", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "review_note", "reviewed_at", "reviewed_by", "reviewed_name", "source", "state", "submitted_at", "submitted_by", "year") SELECT new_values."body", new_values."content_hash", new_values."created_at", new_values."created_by", new_values."created_name", new_values."id", new_values."issued_on", new_values."notice", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."review_note", new_values."reviewed_at", new_values."reviewed_by", new_values."reviewed_name", new_values."source", new_values."state", new_values."submitted_at", new_values."submitted_by", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="8c970e39e56664af927f98ce979598b0c693f284",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_dbb38",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="codes_calendarrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_calendarrecordevent" ("body", "content_hash", "created_at", "created_by", "created_name", "id", "issued_on", "notice", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "review_note", "reviewed_at", "reviewed_by", "reviewed_name", "source", "state", "submitted_at", "submitted_by", "year") SELECT new_values."body", new_values."content_hash", new_values."created_at", new_values."created_by", new_values."created_name", new_values."id", new_values."issued_on", new_values."notice", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."review_note", new_values."reviewed_at", new_values."reviewed_by", new_values."reviewed_name", new_values."source", new_values."state", new_values."submitted_at", new_values."submitted_by", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="eaf6c3a5a4b19c2a6df9462fcf55a6f9569b0bb5",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5f2b0",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="codes_calendarrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_calendarrecordevent" ("body", "content_hash", "created_at", "created_by", "created_name", "id", "issued_on", "notice", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "review_note", "reviewed_at", "reviewed_by", "reviewed_name", "source", "state", "submitted_at", "submitted_by", "year") SELECT old_values."body", old_values."content_hash", old_values."created_at", old_values."created_by", old_values."created_name", old_values."id", old_values."issued_on", old_values."notice", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."review_note", old_values."reviewed_at", old_values."reviewed_by", old_values."reviewed_name", old_values."source", old_values."state", old_values."submitted_at", old_values."submitted_by", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="de286a1369ed29a3cdf198a7f51fb702d764d64a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3b76c",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="codes_calendarrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codemapping",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_codemappingevent" ("basis", "confirmed_at", "confirmed_by", "confirmed_name", "effective_on", "from_code", "from_version_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by", "proposed_name", "state", "table_id", "to_code", "to_version_id") SELECT new_values."basis", new_values."confirmed_at", new_values."confirmed_by", new_values."confirmed_name", new_values."effective_on", new_values."from_code", new_values."from_version_id", new_values."id", new_values."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."proposed_at", new_values."proposed_by", new_values."proposed_name", new_values."state", new_values."table_id", new_values."to_code", new_values."to_version_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="ec9f094b70509ca1893cef2e229f3dbe5ee25b52",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_96d73",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="codes_codemapping",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codemapping",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_codemappingevent" ("basis", "confirmed_at", "confirmed_by", "confirmed_name", "effective_on", "from_code", "from_version_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by", "proposed_name", "state", "table_id", "to_code", "to_version_id") SELECT new_values."basis", new_values."confirmed_at", new_values."confirmed_by", new_values."confirmed_name", new_values."effective_on", new_values."from_code", new_values."from_version_id", new_values."id", new_values."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."proposed_at", new_values."proposed_by", new_values."proposed_name", new_values."state", new_values."table_id", new_values."to_code", new_values."to_version_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="a93a3104545cf83a4d3aeabb4b132aa76edef991",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d4616",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="codes_codemapping",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codemapping",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_codemappingevent" ("basis", "confirmed_at", "confirmed_by", "confirmed_name", "effective_on", "from_code", "from_version_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by", "proposed_name", "state", "table_id", "to_code", "to_version_id") SELECT old_values."basis", old_values."confirmed_at", old_values."confirmed_by", old_values."confirmed_name", old_values."effective_on", old_values."from_code", old_values."from_version_id", old_values."id", old_values."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."proposed_at", old_values."proposed_by", old_values."proposed_name", old_values."state", old_values."table_id", old_values."to_code", old_values."to_version_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="99d7953e9ef6ca35e3ed735dee227363fb42bdf4",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_5ebc5",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="codes_codemapping",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codetable",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_codetableevent" ("code", "id", "levels", "name", "note", "origin", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "standard") SELECT new_values."code", new_values."id", new_values."levels", new_values."name", new_values."note", new_values."origin", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."standard" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="82223e772fedce30f4946b7a86b813c2c88492b9",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_cf889",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="codes_codetable",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codetable",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_codetableevent" ("code", "id", "levels", "name", "note", "origin", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "standard") SELECT new_values."code", new_values."id", new_values."levels", new_values."name", new_values."note", new_values."origin", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."standard" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="8901a1a06b63d6042f62a8454d8de55d6024329a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_056df",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="codes_codetable",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codetable",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_codetableevent" ("code", "id", "levels", "name", "note", "origin", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "standard") SELECT old_values."code", old_values."id", old_values."levels", old_values."name", old_values."note", old_values."origin", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."standard" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="1abc271c2be4efe7bb8941dfd37dbcac435a6159",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_5b7eb",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="codes_codetable",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tableversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_tableversionevent" ("content_hash", "created_at", "created_by", "created_name", "entry_count", "findings", "id", "label", "layout", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rejected", "review_note", "reviewed_at", "reviewed_by", "reviewed_name", "source", "source_hash", "state", "submitted_at", "submitted_by", "table_id", "valid_from") SELECT new_values."content_hash", new_values."created_at", new_values."created_by", new_values."created_name", new_values."entry_count", new_values."findings", new_values."id", new_values."label", new_values."layout", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."rejected", new_values."review_note", new_values."reviewed_at", new_values."reviewed_by", new_values."reviewed_name", new_values."source", new_values."source_hash", new_values."state", new_values."submitted_at", new_values."submitted_by", new_values."table_id", new_values."valid_from" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="9a6bebc97d12b29866cdc04d495b06c0b7592bd6",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_bcc3c",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="codes_tableversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tableversion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_tableversionevent" ("content_hash", "created_at", "created_by", "created_name", "entry_count", "findings", "id", "label", "layout", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rejected", "review_note", "reviewed_at", "reviewed_by", "reviewed_name", "source", "source_hash", "state", "submitted_at", "submitted_by", "table_id", "valid_from") SELECT new_values."content_hash", new_values."created_at", new_values."created_by", new_values."created_name", new_values."entry_count", new_values."findings", new_values."id", new_values."label", new_values."layout", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."rejected", new_values."review_note", new_values."reviewed_at", new_values."reviewed_by", new_values."reviewed_name", new_values."source", new_values."source_hash", new_values."state", new_values."submitted_at", new_values."submitted_by", new_values."table_id", new_values."valid_from" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="8856a562ae697ad0f88c06981e862a9fb2b04c2d",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f633b",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="codes_tableversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tableversion",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "codes_tableversionevent" ("content_hash", "created_at", "created_by", "created_name", "entry_count", "findings", "id", "label", "layout", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "rejected", "review_note", "reviewed_at", "reviewed_by", "reviewed_name", "source", "source_hash", "state", "submitted_at", "submitted_by", "table_id", "valid_from") SELECT old_values."content_hash", old_values."created_at", old_values."created_by", old_values."created_name", old_values."entry_count", old_values."findings", old_values."id", old_values."label", old_values."layout", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."rejected", old_values."review_note", old_values."reviewed_at", old_values."reviewed_by", old_values."reviewed_name", old_values."source", old_values."source_hash", old_values."state", old_values."submitted_at", old_values."submitted_by", old_values."table_id", old_values."valid_from" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="6338d1dec71ed7a7a679cb71e5b9fa62d28625fd",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_bffe8",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="codes_tableversion",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="calendarrecordevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="codes.calendarrecord",
            ),
        ),
        migrations.AddField(
            model_name="codemappingevent",
            name="from_version",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="codes.tableversion",
            ),
        ),
        migrations.AddField(
            model_name="codemappingevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="codes.codemapping",
            ),
        ),
        migrations.AddField(
            model_name="codemappingevent",
            name="table",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="codes.codetable",
            ),
        ),
        migrations.AddField(
            model_name="codemappingevent",
            name="to_version",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="codes.tableversion",
            ),
        ),
        migrations.AddField(
            model_name="codetableevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="codes.codetable",
            ),
        ),
        migrations.AddField(
            model_name="tableversionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="codes.tableversion",
            ),
        ),
        migrations.AddField(
            model_name="tableversionevent",
            name="table",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="codes.codetable",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarrecordevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1618833e3437c7ce31418800c217be24033148d5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_906eb",
                    table="codes_calendarrecordevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codemappingevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="47908b9159c26fff4fe2944e73cb34fe07bea4ca",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_69d31",
                    table="codes_codemappingevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codetableevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4b71f5dd70ddcc920576e29815b4c6dc50f1e5b6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1fe34",
                    table="codes_codetableevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tableversionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3d174aeb79ae5faf975b79133f8f30c75cd1bf8f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a026a",
                    table="codes_tableversionevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(take_stock_of("codes"), migrations.RunPython.noop),
    ]
