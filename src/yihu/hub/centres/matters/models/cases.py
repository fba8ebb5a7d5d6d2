"""Cases, their numbers, letters and events."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models

from yihu.hub.base.access import Label
from yihu.hub.centres.matters.choices import CaseState, EventKind, OutcomeKind
from yihu.hub.centres.matters.models.versions import Matter, MatterVersion


class NumberSeries(models.Model):
    """The last number given of a matter in a year; its row is locked while one is given, so that none is left out."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "办件编号"
        constraints = [models.UniqueConstraint(fields=["matter", "year"], name="matters_one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.year}"


class Case(models.Model):
    """
    One application for a matter, from handing in to its outcome. It keeps its version for life.

    `form` is the form as it stands, money as text. `office_code` is that of the applicant's post, or for a taxpayer the
    competent office. `record_number` is the log's record of handing in, for the receipt. `clock_from` is when the time
    limit began to run, `paused_at` since when it stands,
    `paused_days` how many days it stood before; `worked_days` is filled in at the end.
    """

    version = models.ForeignKey(MatterVersion, on_delete=models.PROTECT, related_name="cases", verbose_name="事项版本")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="cases", db_index=False)
    number = models.CharField("编号", max_length=30, unique=True)
    title = models.CharField("标题", max_length=200)
    state = models.CharField("状态", max_length=6, choices=CaseState.choices, default=CaseState.OPEN)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="申请人", db_index=False
    )
    applicant_name = models.CharField("申请人", max_length=60)
    applicant_post = models.CharField("岗位", max_length=120, blank=True)
    office_code = models.CharField("机关", max_length=30)
    office_name = models.CharField("机关名称", max_length=100)
    taxpayer_number = models.CharField("纳税人识别号", max_length=64, null=True, blank=True)  # noqa: DJ001 (none is none)
    taxpayer_name = models.CharField("纳税人名称", max_length=300, blank=True)
    label = models.PositiveSmallIntegerField("数据标签", choices=Label.choices, default=Label.INTERNAL)
    form: Any = models.JSONField("表单", default=dict)
    instance = models.OneToOneField(
        "workflow.Instance", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="流程实例"
    )
    submitted_at = models.DateTimeField("提交时间")
    record_number = models.BigIntegerField("提交记录号", null=True)
    clock_from = models.DateTimeField("计时起点", null=True, blank=True)
    paused_at = models.DateTimeField("中止于", null=True, blank=True)
    pause_reason = models.CharField("中止原因", max_length=60, blank=True)
    paused_days = models.PositiveIntegerField("中止天数", default=0)
    due_at = models.DateTimeField("期限", null=True, blank=True)
    returns = models.PositiveSmallIntegerField("退回次数", default=0)
    finished_at = models.DateTimeField("办结时间", null=True, blank=True)
    worked_days = models.PositiveIntegerField("办理天数", null=True, blank=True)
    outcome = models.CharField("结果", max_length=60, blank=True)
    outcome_kind = models.CharField("结果类别", max_length=7, choices=OutcomeKind.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["office_code", "-submitted_at"], name="matters_cases_of_office"),
            models.Index(fields=["applicant", "-submitted_at"], name="matters_cases_of_applicant"),
            models.Index(fields=["matter", "-submitted_at"], name="matters_cases_of_matter"),
            models.Index(fields=["taxpayer_number"], name="matters_cases_of_taxpayer"),
            # What is overdue or soon will be.
            models.Index(
                fields=["due_at"], name="matters_cases_due", condition=~models.Q(state=CaseState.DONE)
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=CaseState.DONE, finished_at__isnull=False)
                | (~models.Q(state=CaseState.DONE) & models.Q(finished_at__isnull=True)),
                name="matters_done_has_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def about(self) -> str:
        """What its files are filed under."""
        return f"case:{self.pk}"

    @property
    def kind(self) -> str:
        """What it is to the rules centre."""
        return "case"

    @property
    def is_done(self) -> bool:
        return self.state == CaseState.DONE


class CaseEvent(models.Model):
    """Something that happened to a case beside the acts of its process. Never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField("事件", max_length=9, choices=EventKind.choices)
    text = models.CharField("说明", max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "办件事件"
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="matters_event_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Letter(models.Model):
    """A text that was issued in a case, frozen with its digest; it is shown and printed from this row alone."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    code = models.CharField("文书", max_length=40)
    title = models.CharField("标题", max_length=60)
    number = models.CharField("文书号", max_length=40, unique=True)
    text = models.TextField("正文")
    digest = models.CharField("SHA-256", max_length=64)
    issued_at = models.DateTimeField("出具时间")

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["issued_at", "pk"]
        triggers = [
            pgtrigger.Protect(name="matters_letter_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
