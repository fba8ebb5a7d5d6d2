"""Outside systems: keys, signed requests, quotas and both logs."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """数据交换."""

    name = "yihu.hub.centres.exchange"
    label = "exchange"
    verbose_name = "数据交换"
