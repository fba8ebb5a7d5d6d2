"""Records grow, and a Merkle log is kept over them."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import yihu.hub.foundation.audit.models.records


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Archive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.CharField(max_length=200, unique=True, verbose_name="文件")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("family", models.CharField(max_length=60, verbose_name="类别")),
                ("until", models.DateTimeField(verbose_name="早于")),
                ("count", models.IntegerField(verbose_name="记录数")),
                ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
            ],
            options={
                "verbose_name": "归档",
                "verbose_name_plural": "归档",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ArchivedLeaf",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("record_id", models.BigIntegerField(unique=True)),
            ],
            options={
                "verbose_name": "已归档的叶",
                "verbose_name_plural": "已归档的叶",
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField(unique=True, verbose_name="记录数")),
                ("note", models.TextField(verbose_name="检查点")),
                ("signed_at", models.DateTimeField(verbose_name="签署时间")),
            ],
            options={
                "verbose_name": "检查点",
                "verbose_name_plural": "检查点",
                "ordering": ["-size"],
            },
        ),
        migrations.CreateModel(
            name="KnownObject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("target", models.CharField(max_length=300)),
                ("name", models.CharField(max_length=300)),
            ],
            options={
                "verbose_name": "日志对象",
                "verbose_name_plural": "日志对象",
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("record_id", models.BigIntegerField(unique=True)),
            ],
            options={
                "verbose_name": "叶",
                "verbose_name_plural": "叶",
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("record_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "待入树记录",
                "verbose_name_plural": "待入树记录",
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verifier", models.CharField(max_length=300, unique=True, verbose_name="公钥")),
                ("made_at", models.DateTimeField(verbose_name="启用时间")),
                ("rotation", models.TextField(blank=True, verbose_name="轮换声明")),
            ],
            options={
                "verbose_name": "签名密钥",
                "verbose_name_plural": "签名密钥",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=6)),
                ("row", models.SmallIntegerField()),
                ("number", models.IntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "verbose_name": "哈希块",
                "verbose_name_plural": "哈希块",
            },
        ),
        migrations.CreateModel(
            name="VerificationRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("WAITING", "等待"), ("RUNNING", "进行中"), ("DONE", "完成"), ("FAILED", "失败")],
                        default="WAITING",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.FloatField(default=0.0, verbose_name="进度")),
                ("started_by", models.CharField(max_length=150, verbose_name="发起人")),
                ("started_at", models.DateTimeField(verbose_name="发起时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("result", models.JSONField(blank=True, default=dict, verbose_name="结果")),
            ],
            options={
                "verbose_name": "核验",
                "verbose_name_plural": "核验",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="WitnessAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("verifier", models.CharField(max_length=300, unique=True, verbose_name="公钥")),
                ("added_at", models.DateTimeField(verbose_name="登记时间")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                ("size", models.BigIntegerField(blank=True, null=True, verbose_name="已见证记录数")),
                ("cosigned_at", models.DateTimeField(blank=True, null=True, verbose_name="最近见证")),
                ("note", models.TextField(blank=True, verbose_name="最近检查点")),
            ],
            options={
                "verbose_name": "见证方",
                "verbose_name_plural": "见证方",
                "ordering": ["name"],
            },
        ),
        migrations.AlterModelOptions(
            name="accessrecord",
            options={"ordering": ["-at", "-id"], "verbose_name": "日志记录", "verbose_name_plural": "日志记录"},
        ),
        migrations.RemoveIndex(
            model_name="accessrecord",
            name="audit_by_actor",
        ),
        migrations.RemoveIndex(
            model_name="accessrecord",
            name="audit_by_target",
        ),
        migrations.RenameField(model_name="accessrecord", old_name="actor_kind", new_name="post"),
        migrations.AddField(
            model_name="accessrecord",
            name="after",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="变更后"),
        ),
        migrations.AddField(
            model_name="accessrecord",
            name="before",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="变更前"),
        ),
        migrations.AddField(
            model_name="accessrecord",
            name="office_code",
            field=models.CharField(blank=True, max_length=30, verbose_name="机关代码"),
        ),
        migrations.AlterField(
            model_name="accessrecord",
            name="post",
            field=models.CharField(blank=True, max_length=100, verbose_name="岗位"),
        ),
        migrations.AddField(
            model_name="accessrecord",
            name="salt",
            field=models.BinaryField(
                db_default=django.db.models.expressions.RawSQL("uuid_send(gen_random_uuid())", []),
                default=yihu.hub.foundation.audit.models.records.new_salt,
                max_length=16,
                verbose_name="盐",
            ),
        ),
        migrations.AlterField(
            model_name="accessrecord",
            name="channel",
            field=models.CharField(
                choices=[("WEB", "网页"), ("JOB", "后台任务"), ("CLI", "命令行"), ("API", "接口")],
                default="WEB",
                max_length=10,
                verbose_name="渠道",
            ),
        ),
        migrations.AddIndex(
            model_name="accessrecord",
            index=models.Index(fields=["actor_username", "-at", "-id"], name="audit_actor_newest"),
        ),
        migrations.AddIndex(
            model_name="accessrecord",
            index=models.Index(fields=["target", "-at", "-id"], name="audit_target_newest"),
        ),
        migrations.AddIndex(
            model_name="accessrecord",
            index=models.Index(fields=["verb", "-at", "-id"], name="audit_verb_newest"),
        ),
        migrations.AddField(
            model_name="archivedleaf",
            name="archive",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="audit.archive"),
        ),
        migrations.AddConstraint(
            model_name="knownobject",
            constraint=models.UniqueConstraint(fields=("target", "name"), name="audit_object_once"),
        ),
        migrations.AddConstraint(
            model_name="tile",
            constraint=models.UniqueConstraint(fields=("digest", "row", "number"), name="audit_tile_once"),
        ),
        migrations.AddConstraint(
            model_name="verificationrun",
            constraint=models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(("state__in", ["WAITING", "RUNNING"])),
                name="audit_one_verification_at_a_time",
            ),
        ),
    ]
