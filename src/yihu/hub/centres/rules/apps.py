"""Decision tables: versions, review, execution, hits."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """规则中心."""

    name = "yihu.hub.centres.rules"
    label = "rules"
    verbose_name = "规则中心"
