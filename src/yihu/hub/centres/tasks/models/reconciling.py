"""Reports of what an outside system has open beside what is open here, and each difference."""

from django.db import models

from yihu.hub.centres.tasks.choices import DifferenceKind, ListWay, ReportState
from yihu.hub.centres.tasks.models.sources import Source


class Reconciliation(models.Model):
    """One comparison. `as_of` is the moment of the system's list, in milliseconds; what came later is not compared."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="reconciliations", verbose_name="来源")
    way = models.CharField("方式", max_length=8, choices=ListWay.choices)
    made_at = models.DateTimeField("对账时间")
    as_of = models.BigIntegerField("清单时刻", default=0)
    theirs = models.PositiveIntegerField("对方在办", default=0)
    ours = models.PositiveIntegerField("本系统在办", default=0)
    differing = models.PositiveIntegerField("差异", default=0)
    mended = models.PositiveIntegerField("已修正", default=0)
    state = models.CharField("状态", max_length=8, choices=ReportState.choices)
    failure = models.CharField("原因", max_length=300, blank=True)
    mended_at = models.DateTimeField("修正时间", null=True, blank=True)
    mended_by = models.ForeignKey(
        "org.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="修正人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "对账报告"
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["source", "-made_at"], name="tasks_reports_of_source")
        ]  # the list, one system's

    def __str__(self) -> str:
        return f"{self.source} {self.made_at:%Y-%m-%d %H:%M}"


class Difference(models.Model):
    """
    One to-do that stands differently. `sealed` is what the system says of it, as JSON under SM4-GCM, "" when its list
    gave no content: then only the system itself can push it again.
    """

    report = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField("差异", max_length=10, choices=DifferenceKind.choices)
    key = models.CharField("对方标识", max_length=120)
    receiver = models.CharField("接收人", max_length=150)
    their_stamp = models.BigIntegerField("对方时间戳", null=True)
    our_stamp = models.BigIntegerField("本系统时间戳", null=True)
    sealed = models.TextField(blank=True)
    is_mended = models.BooleanField("已修正", default=False)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "对账差异"
        ordering = ["kind", "key", "receiver"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"
