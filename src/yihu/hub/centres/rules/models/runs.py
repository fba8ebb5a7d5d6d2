"""What tables did: counts a day, traces of decisions that matter, back-tests."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from yihu.hub.base.access import Label
from yihu.hub.centres.rules.choices import Population, RunState
from yihu.hub.centres.rules.models.tables import TableVersion


class DayHits(models.Model):
    """
    How often a rule of a version hit on a day; written in lumps by `services.counting`.

    `rule` counts from 1; 0 is no rule, -1 suppressed, -2 refused; 10,000 + n: shadow said the same (n = 1) or not (2).
    """

    version = models.ForeignKey(TableVersion, on_delete=models.CASCADE, related_name="day_hits", db_index=False)
    day = models.DateField("日期")
    rule = models.IntegerField("规则")
    count = models.BigIntegerField("次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "命中统计"
        ordering = ["day", "rule"]
        constraints = [models.UniqueConstraint(fields=["version", "day", "rule"], name="rules_one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.rule} {self.count}"


class Trace(models.Model):
    """
    One decision about somebody: inputs, rules that hit, outcome, and by which version.

    With `shadow` it is a difference: what that version would have said instead. Seen by whoever may see the taxpayer.
    """

    version = models.ForeignKey(TableVersion, on_delete=models.PROTECT, related_name="traces", db_index=False)
    shadow = models.ForeignKey(TableVersion, on_delete=models.CASCADE, null=True, related_name="differences")
    subject_kind = models.CharField("对象类别", max_length=40)
    subject_number = models.CharField("对象编号", max_length=80)
    taxpayer_number = models.CharField("纳税人识别号", max_length=64, blank=True)
    office_code = models.CharField("机关", max_length=30, blank=True)
    label = models.PositiveSmallIntegerField("数据标签", choices=Label.choices, default=Label.INTERNAL)
    inputs = models.JSONField("输入", encoder=DjangoJSONEncoder)
    hits = models.JSONField("命中规则", default=list)
    outcome = models.JSONField("结果", encoder=DjangoJSONEncoder, null=True)
    shadow_outcome = models.JSONField("影子结果", encoder=DjangoJSONEncoder, null=True)
    suppressed = models.BooleanField("豁免", default=False)
    day = models.DateField("依据日期")
    decided_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "决策留痕"
        ordering = ["-decided_at", "-id"]
        indexes = [
            models.Index(fields=["version", "-decided_at"], name="rules_traces_of_version"),
            models.Index(fields=["subject_kind", "subject_number"], name="rules_traces_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_number}"


class BackTest(models.Model):
    """
    A version run over a snapshot. `columns` says by input which column of the snapshot it reads.

    `counts` is a list of {outcome, version, present}: how many rows each outcome gets by this and by the version in
    force (`present` is None when there is none); `differing` counts rows whose outcome changes.
    """

    version = models.ForeignKey(TableVersion, on_delete=models.CASCADE, related_name="back_tests")
    present = models.ForeignKey(TableVersion, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField("内容摘要", max_length=64)
    population = models.CharField("数据", max_length=12, choices=Population.choices)
    columns = models.JSONField("取数")
    snapshot_id = models.CharField("快照", max_length=40, blank=True)
    state = models.CharField("状态", max_length=8, choices=RunState.choices, default=RunState.WAITING)
    done = models.BigIntegerField("已算行数", default=0)
    total = models.BigIntegerField("总行数", default=0)
    counts = models.JSONField("结果分布", default=list)
    differing = models.BigIntegerField("结果改变", default=0)
    refused = models.BigIntegerField("无法得出唯一结果", default=0)
    message = models.CharField("说明", max_length=500, blank=True)
    asked_by = models.BigIntegerField(null=True)
    asked_name = models.CharField("发起人", max_length=150)
    asked_at = models.DateTimeField("发起时间")
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "回测"
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.version} {self.get_population_display()}回测"


class BackTestExample(models.Model):
    """A row whose outcome changes; seen by whoever may see the taxpayer."""

    back_test = models.ForeignKey(BackTest, on_delete=models.CASCADE, related_name="examples")
    taxpayer_number = models.CharField("纳税人识别号", max_length=64)
    household_id = models.CharField("户", max_length=32, blank=True)
    name = models.CharField("名称", max_length=300)
    thing = models.CharField("对象", max_length=80, blank=True)
    inputs = models.JSONField("输入", encoder=DjangoJSONEncoder)
    before = models.CharField("现行结果", max_length=200)
    after = models.CharField("新结果", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "回测例子"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.taxpayer_number} {self.before} → {self.after}"
