"""Effects of taxpayers' matters."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """Offers the handlers to bundles."""

    name = "yihu.hub.subsystems.counter"
    label = "counter"
    verbose_name = "办税事项结果"

    def ready(self) -> None:
        from yihu.hub.subsystems.counter.handlers import register

        register()
