"""Tries to sign in are counted by the app identity."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("org", "0004_without_kinds")]
    operations = [migrations.DeleteModel(name="SignInAttempt")]
