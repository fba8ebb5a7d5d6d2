"""Decision tables: versions, review, execution, hits."""

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class RulesConfig(AppConfig):
    """规则中心."""

    name = "yihu.hub.centres.rules"
    label = "rules"
    verbose_name = "规则中心"

    def ready(self) -> None:
        add_place(
            Place(
                title="规则中心",
                url_name="rules:tables",
                icon="table-options",
                permission="rules.view",
                order=68,
                key="r",
                note="决策表的起草、审核、回测与命中",
                group="管理",
            )
        )
