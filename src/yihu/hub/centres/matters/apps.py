"""Service items as data: catalogue, versions, cases."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """事项中心."""

    name = "yihu.hub.centres.matters"
    label = "matters"
    verbose_name = "事项中心"
