"""Processes: BPMN definitions, running instances and the verbs of people."""

from pathlib import Path

from django.apps import AppConfig

from yihu.hub.base.navigation import Place, add_place


class WorkflowConfig(AppConfig):
    """流程中心."""

    name = "yihu.hub.centres.workflow"
    label = "workflow"
    verbose_name = "流程中心"

    def ready(self) -> None:
        from yihu.hub.centres.tasks.api import register_decider
        from yihu.hub.centres.workflow.services.at_a_word import decide, hand_over
        from yihu.hub.foundation.notices.api import register_templates

        add_place(
            Place(
                title="流程实例",
                url_name="workflow:instances",
                icon="sitemap",
                permission="workflow.manage",
                order=62,
                note="在办流程、异常、挂起与终止、换版",
                group="管理",
            )
        )
        register_templates(Path(__file__).parent / "notices.yaml")
        register_decider("workflow", decide, transfer=hand_over, name="流程")
