"""Processes: BPMN definitions, running instances and the verbs of people."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """流程中心."""

    name = "yihu.hub.centres.workflow"
    label = "workflow"
    verbose_name = "流程中心"
