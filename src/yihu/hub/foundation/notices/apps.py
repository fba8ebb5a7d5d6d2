"""Messages to people: inbox, e-mail, SMS."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """消息."""

    name = "yihu.hub.foundation.notices"
    label = "notices"
    verbose_name = "消息"
