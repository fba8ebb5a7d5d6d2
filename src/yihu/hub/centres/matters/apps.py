"""Service items as data: catalogue, versions, cases."""

from pathlib import Path

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class MattersConfig(AppConfig):
    """事项中心."""

    name = "yihu.hub.centres.matters"
    label = "matters"
    verbose_name = "事项中心"

    def ready(self) -> None:
        from yihu.hub.centres.matters.api import follow_the_workflow
        from yihu.hub.centres.matters.handlers import register
        from yihu.hub.foundation.notices.api import register_templates

        register_templates(Path(__file__).parent / "notices.yaml")
        register()
        follow_the_workflow()
        add_place(Place(
            title="事项办理", url_name="matters:catalogue", icon="checklist", permission="matter.apply", order=12,
            key="m", note="申请事项、我的办件", group="办事",
        ))  # fmt: skip
        add_place(Place(
            title="办件", url_name="matters:cases", icon="folders", permission="matter.cases", order=13, key="n",
            note="本机关及下级机关的办件与统计", group="办事",
        ))  # fmt: skip
        add_place(Place(
            title="事项设计", url_name="matters:designs", icon="pencil-cog", permission="matter.keep", order=71,
            note="流程、表单、文书与用例的修改和发布", group="管理",
        ))  # fmt: skip
