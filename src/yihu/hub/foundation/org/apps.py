"""People and offices."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Accounts, offices, permissions."""

    name = "yihu.hub.foundation.org"
    label = "org"
    verbose_name = "机构人员"
