"""What an instance waits for beside people: timers, and trouble that somebody must look at."""

from django.db import models
from django.db.models import Q

from yihu.hub.centres.workflow.choices import TimerKind, TimerState


class Timer(models.Model):
    """Something that happens by itself at a moment. `node_id` is the boundary or waiting event, or the user task."""

    instance = models.ForeignKey("workflow.Instance", on_delete=models.PROTECT, related_name="timers", db_index=False)
    token = models.ForeignKey("workflow.Token", on_delete=models.PROTECT, related_name="timers")
    step = models.ForeignKey("workflow.Step", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField("种类", max_length=8, choices=TimerKind.choices)
    node_id = models.CharField("节点", max_length=80)
    state = models.CharField("状态", max_length=9, choices=TimerState.choices, default=TimerState.SET)
    fires_at = models.DateTimeField("触发时间")
    fired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程定时"
        indexes = [
            models.Index(fields=["fires_at"], name="workflow_timers_due", condition=Q(state=TimerState.SET)),
            models.Index(fields=["instance"], name="workflow_timers_set", condition=Q(state=TimerState.SET)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.node_id} {self.fires_at:%Y-%m-%d %H:%M}"


class Incident(models.Model):
    """An automatic task, a choice of ways or a search for people failed; the token stands still where it happened."""

    instance = models.ForeignKey("workflow.Instance", on_delete=models.PROTECT, related_name="incidents")
    token = models.ForeignKey("workflow.Token", on_delete=models.PROTECT, related_name="incidents", db_index=False)
    node_id = models.CharField("节点", max_length=80)
    code = models.CharField("代码", max_length=40)
    message = models.CharField("原因", max_length=500)
    tries = models.PositiveSmallIntegerField("尝试次数", default=1)
    opened_at = models.DateTimeField("发生时间")
    resolved_at = models.DateTimeField("解决时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程异常"
        ordering = ["-opened_at"]
        indexes = [
            models.Index(fields=["token"], name="workflow_incidents_open", condition=Q(resolved_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.message}"
