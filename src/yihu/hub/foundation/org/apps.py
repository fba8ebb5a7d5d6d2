"""People and offices."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrgConfig(AppConfig):
    """Accounts, offices, posts, duties, permissions."""

    name = "yihu.hub.foundation.org"
    label = "org"
    verbose_name = "机构人员"

    def ready(self) -> None:
        post_migrate.connect(_load_standard_duties, sender=self)


def _load_standard_duties(using: str, **rest: Any) -> None:
    """After the tables have their present shape, the shipped duties are there; so a test database has them too."""
    from django.db import connections
    from django.utils import timezone

    from yihu.hub.foundation.org.services.standard import load_standard_duties

    if "org_dutypermission" in connections[using].introspection.table_names():
        load_standard_duties(today=timezone.localdate())
