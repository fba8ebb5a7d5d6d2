"""A decision table and its versions."""

from django.db import models
from django.db.models import F, Q

from yihu.hub.base.history import tracked
from yihu.hub.centres.rules.choices import VersionState

REVIEW_NUMBERS = ("created_by", "submitted_by", "reviewed_by", "digest", "xml", "findings")


@tracked()
class DecisionTable(models.Model):
    """A named decision, e.g. 请假审批层级. Callers name it by `key`."""

    key = models.SlugField("表代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=100)
    purpose = models.CharField("用途", max_length=300)
    is_shipped = models.BooleanField("随程序提供", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "决策表"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


@tracked(hidden=REVIEW_NUMBERS)
class TableVersion(models.Model):
    """
    One edition, in force on days `[valid_from, valid_to)`; of several the highest number counts.

    `xml` is DMN 1.3, `digest` its SHA-256 (hex), `findings` those of the analysis when it was last saved. People are
    written out (`…_by` is the account's number), so that the line outlives the account.
    """

    table = models.ForeignKey(DecisionTable, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本号")
    xml = models.TextField("内容")
    digest = models.CharField("内容摘要", max_length=64)
    findings = models.JSONField("分析结果", default=list)
    state = models.CharField("状态", max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    shadow = models.BooleanField("影子运行", default=False)
    valid_from = models.DateField("施行日期")
    valid_to = models.DateField("停用日期", null=True, blank=True)
    change_note = models.CharField("修改说明", max_length=500, blank=True)
    created_by = models.BigIntegerField(null=True, blank=True)
    created_name = models.CharField("起草人", max_length=150)
    created_at = models.DateTimeField("起草时间")
    submitted_by = models.BigIntegerField(null=True, blank=True)
    submitted_at = models.DateTimeField("送审时间", null=True, blank=True)
    reviewed_by = models.BigIntegerField(null=True, blank=True)
    reviewed_name = models.CharField("审核人", max_length=150, blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    review_note = models.CharField("审核意见", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "决策表版本"
        ordering = ["table", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="rules_one_number_a_table"),
            models.UniqueConstraint(
                fields=["table"], condition=Q(state__in=["DRAFT", "IN_REVIEW"]), name="rules_one_open_draft_a_table"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lte=F("valid_to")), name="rules_days_run_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table.name} 第 {self.number} 版"

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return self.state in (VersionState.DRAFT, VersionState.IN_REVIEW)
