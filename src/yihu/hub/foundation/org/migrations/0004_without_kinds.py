from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0003_from_kinds")]

    operations = [
        migrations.RemoveField(model_name="office", name="is_bureau"),
        migrations.RemoveField(model_name="user", name="kind"),
        migrations.AlterField(
            model_name="office",
            name="path",
            field=models.CharField(db_collation="C", max_length=200, unique=True, verbose_name="隶属路径"),
        ),
    ]
