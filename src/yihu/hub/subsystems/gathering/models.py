"""Runs of gathering and building that were started from the data page."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yihu.hub.subsystems.gathering.choices import State, Task


class Run(models.Model):
    """
    One run in the background.

    At most one is unfinished: the home admits one writer, and a second click must not queue a second build.
    """

    task = models.CharField("事项", max_length=10, choices=Task.choices)
    source = models.CharField("来源", max_length=300, blank=True)
    mapping = models.CharField("映射", max_length=300, blank=True)
    batch = models.CharField("退回行所属批次", max_length=32, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    stage = models.CharField("阶段", max_length=200, blank=True)
    done = models.FloatField("进度", default=0.0)
    message = models.CharField("结果", max_length=2000, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="发起人")
    started_at = models.DateTimeField("发起时间")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "运行"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(state__in=["WAITING", "RUNNING"]), name="gathering_one_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display()} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in {State.WAITING, State.RUNNING}

    @property
    def percent(self) -> int:
        """Progress as a whole percentage."""
        return round(self.done * 100)
