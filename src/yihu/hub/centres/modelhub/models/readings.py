"""What was measured of a model on a later snapshot."""

from django.db import models

from yihu.hub.centres.modelhub.models.versions import ModelVersion


class Reading(models.Model):
    """
    A model held against one published snapshot.

    `features` is a list of {feature, zh, psi, missing_before, missing_now, median_before, median_now, verdict}, the
    most moved first; `since` the measures on inspections closed after the training, as in the card's `measured`.
    """

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="readings")
    snapshot_id = models.CharField("快照", max_length=40)
    as_of = models.DateField("数据至")
    taken_at = models.DateTimeField("测量时间")
    score_psi = models.FloatField("评分分布 PSI")
    moved = models.PositiveIntegerField("有变动的指标")
    changed = models.PositiveIntegerField("显著变化的指标")
    features = models.JSONField("各指标")
    since = models.JSONField("训练以后的检查结果", null=True)
    alarms = models.JSONField("告警", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "模型监测"
        ordering = ["-taken_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["version", "snapshot_id"], name="modelhub_one_reading_each")]

    def __str__(self) -> str:
        return f"{self.version} {self.as_of}"
