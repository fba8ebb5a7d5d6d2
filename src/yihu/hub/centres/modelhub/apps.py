"""The model centre: versions, cards, approval by a second person, shadow, rollback, monitoring."""

from pathlib import Path

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class ModelHubConfig(AppConfig):
    """模型中心."""

    name = "yihu.hub.centres.modelhub"
    label = "modelhub"
    verbose_name = "模型中心"

    def ready(self) -> None:
        from yihu.hub.centres.modelhub.services.telling import SOURCE
        from yihu.hub.centres.tasks.api import name_source
        from yihu.hub.foundation.notices.api import register_templates

        register_templates(Path(__file__).with_name("notices.yaml"))
        name_source(SOURCE, "模型中心")
        add_place(
            Place(
                title="模型中心",
                url_name="modelhub:models",
                icon="chart-dots-3",
                permission="models.view",
                order=69,
                key="o",
                note="风险模型的训练、审核、影子、启用、回退与监测",
                group="管理",
            )
        )
