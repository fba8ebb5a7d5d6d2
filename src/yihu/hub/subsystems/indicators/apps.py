"""The catalogue of indicators: what is measured, how it lies, who uses it."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class IndicatorsConfig(AppConfig):
    """Adds the catalogue to the navigation."""

    name = "yihu.hub.subsystems.indicators"
    label = "indicators"
    verbose_name = "指标目录"

    def ready(self) -> None:
        add_place(
            Place(
                "指标目录", "indicators:catalogue", "ruler-measure", "indicators.view", order=26,
                note="公式、分布、缺失、稳定性与用处",
            )
        )  # fmt: skip
