"""The table by which web processes share counters and one-time codes; made here so that every way of migrating has it."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_first")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
