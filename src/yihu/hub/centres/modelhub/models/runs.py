"""Trainings in the background."""

from django.db import models
from django.db.models import Q

from yihu.hub.centres.modelhub.choices import RunState
from yihu.hub.centres.modelhub.models.versions import ModelVersion


class TrainingRun(models.Model):
    """
    One training, asked for by a person or begun by the clock.

    At most one is unfinished: it takes a processor for minutes. `version` is what it brought in.
    """

    state = models.CharField("状态", max_length=8, choices=RunState.choices, default=RunState.WAITING)
    is_scheduled = models.BooleanField("按期重训", default=False)
    reason = models.CharField("缘由", max_length=500)
    capacity = models.PositiveIntegerField("每期可查户数")
    stage = models.CharField("阶段", max_length=200, blank=True)
    done = models.FloatField("进度", default=0.0)
    message = models.CharField("结果", max_length=2000, blank=True)
    wants_stop = models.BooleanField("要求停止", default=False)
    asked_by = models.BigIntegerField(null=True, blank=True)
    asked_name = models.CharField("发起人", max_length=150)
    asked_at = models.DateTimeField("发起时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")

    class Meta:
        verbose_name = verbose_name_plural = "训练"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(state__in=["WAITING", "RUNNING"]), name="modelhub_one_training_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"训练 {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)

    @property
    def percent(self) -> int:
        """Progress as a whole percentage."""
        return round(self.done * 100)
