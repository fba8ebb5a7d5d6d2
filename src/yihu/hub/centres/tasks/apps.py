"""One list of work for every officer, over all sources."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """任务中心."""

    name = "yihu.hub.centres.tasks"
    label = "tasks"
    verbose_name = "任务中心"
