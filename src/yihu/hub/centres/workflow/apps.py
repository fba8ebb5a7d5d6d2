"""Processes: BPMN definitions, running instances and the verbs of people."""

from pathlib import Path

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """流程中心."""

    name = "yihu.hub.centres.workflow"
    label = "workflow"
    verbose_name = "流程中心"

    def ready(self) -> None:
        from yihu.hub.centres.tasks.api import register_decider
        from yihu.hub.centres.workflow.services.at_a_word import decide, hand_over
        from yihu.hub.foundation.notices.api import register_templates

        register_templates(Path(__file__).parent / "notices.yaml")
        register_decider("workflow", decide, transfer=hand_over, name="流程")
