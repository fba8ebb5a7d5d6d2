"""Signing in."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class IdentityConfig(AppConfig):
    """Passwords, second factors, sessions, the provider for other systems."""

    name = "yihu.hub.foundation.identity"
    label = "identity"
    verbose_name = "登录与身份"

    def ready(self) -> None:
        from yihu.hub.foundation.identity import handlers

        handlers.connect()
        add_place(
            Place(
                title="单点登录",
                url_name="identity:clients",
                icon="plug-connected",
                permission="identity.clients",
                order=74,
                note="哪些系统可以用一户账号登录",
                group="安全",
            )
        )
        add_place(
            Place(
                title="登录暂停",
                url_name="identity:locks",
                icon="lock-exclamation",
                permission="identity.unlock",
                order=76,
                note="连续失败的账号，核实后解除",
                group="安全",
            )
        )
