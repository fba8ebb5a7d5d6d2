"""Code tables, their versions, entries and mappings, and years of the work calendar."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from yihu.hub.base.history import tracked
from yihu.hub.foundation.codes.choices import MappingKind, MappingState, Origin, State

# Accounts by number and sums over content: beside them stands the name.
REVIEW_NUMBERS = ("created_by", "submitted_by", "reviewed_by", "content_hash")


class Reviewed(models.Model):
    """
    Something one person drafts and another publishes.

    People are written out (`…_by` is the account's number), not referred to: the line must outlive the account.
    """

    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    content_hash = models.CharField("内容摘要", max_length=64, blank=True)
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
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED


@tracked()
class CodeTable(models.Model):
    """A code table, e.g. 行政区划. `levels` names its levels from the top; one level means a flat list."""

    code = models.SlugField("表代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    standard = models.CharField("依据", max_length=200, blank=True)
    levels = models.JSONField("层级名称", default=list)
    origin = models.CharField("来源", max_length=10, choices=Origin.choices, default=Origin.LOADED)
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "代码表"
        ordering = ["origin", "code"]

    def __str__(self) -> str:
        return self.name


@tracked(hidden=(*REVIEW_NUMBERS, "source_hash", "findings"))
class TableVersion(Reviewed):
    """
    One edition of a table, in force from `valid_from` until the next published one begins.

    `source_hash` is over the files it was read from, so that the same files are not read twice;
    `findings` are the first problems of the import, `rejected` counts all refused rows.
    """

    table = models.ForeignKey(CodeTable, on_delete=models.PROTECT, related_name="versions")
    label = models.CharField("版本", max_length=60)
    valid_from = models.DateField("施行日期")
    entry_count = models.PositiveIntegerField("条目数", default=0)
    source = models.CharField("来源文件", max_length=500, blank=True)
    source_hash = models.CharField("文件摘要", max_length=64, blank=True)
    layout = models.CharField("版式", max_length=60, blank=True)
    rejected = models.PositiveIntegerField("退回行数", default=0)
    findings = models.JSONField("导入问题", default=list, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = verbose_name_plural = "代码表版本"
        ordering = ["table", "-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["table", "label"], name="codes_one_label_a_table"),
            models.UniqueConstraint(
                fields=["table", "valid_from"], condition=Q(state="PUBLISHED"), name="codes_one_published_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table.name} {self.label}"


class CodeEntry(models.Model):
    """
    One code during one span of days, half-open; an open end is NULL. A renamed code has a row a name.

    `pinyin` holds the whole pinyin and the initials of the name, for the search.
    """

    version = models.ForeignKey(TableVersion, on_delete=models.CASCADE, related_name="entries")
    code = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=500)
    parent_code = models.CharField("上级代码", max_length=40, blank=True)
    level = models.PositiveSmallIntegerField("层级", default=1)
    position = models.PositiveIntegerField("次序")
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    attributes = models.JSONField("属性", default=dict, blank=True)
    pinyin = models.CharField("拼音", max_length=2500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "代码"
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code", "valid_from"], nulls_distinct=False, name="codes_one_entry_a_span"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")),
                name="codes_spans_run_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@tracked(hidden=("proposed_by", "confirmed_by"))
class CodeMapping(models.Model):
    """What became of a code: to which code of the same or a later version, since when, on what ground."""

    table = models.ForeignKey(CodeTable, on_delete=models.PROTECT, related_name="mappings")
    from_version = models.ForeignKey(TableVersion, on_delete=models.PROTECT, related_name="+")
    from_code = models.CharField("原代码", max_length=40)
    to_version = models.ForeignKey(TableVersion, on_delete=models.PROTECT, related_name="+")
    to_code = models.CharField("新代码", max_length=40, blank=True)
    kind = models.CharField("关系", max_length=12, choices=MappingKind.choices)
    effective_on = models.DateField("生效日期", null=True, blank=True)
    basis = models.CharField("依据", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=MappingState.choices, default=MappingState.PROPOSED)
    proposed_by = models.BigIntegerField(null=True, blank=True)
    proposed_name = models.CharField("提出人", max_length=150)
    proposed_at = models.DateTimeField("提出时间")
    confirmed_by = models.BigIntegerField(null=True, blank=True)
    confirmed_name = models.CharField("确认人", max_length=150, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "代码对照"
        ordering = ["from_code", "effective_on", "to_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_version", "from_code", "to_version", "to_code", "effective_on"],
                condition=~Q(state="REJECTED"),
                nulls_distinct=False,
                name="codes_one_mapping_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(kind="ABOLISHED", to_code="") | (~Q(kind="ABOLISHED") & ~Q(to_code="")),
                name="codes_abolished_leads_nowhere",
            ),
        ]
        indexes = [models.Index(fields=["table", "to_code"], name="codes_mapping_by_target")]  # what a code came from

    def __str__(self) -> str:
        return f"{self.from_code} → {self.to_code or '废止'}"


@tracked(hidden=REVIEW_NUMBERS)
class CalendarRecord(Reviewed):
    """The work calendar of one year as the notice arranges it; `body` is the TOML that `kit.work_calendar` reads."""

    year = models.PositiveSmallIntegerField("年度")
    notice = models.CharField("通知文号", max_length=60)
    issued_on = models.DateField("通知日期")
    source = models.CharField("来源", max_length=300, blank=True)
    body = models.TextField("安排")

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return f"{self.year} 年工作日历（{self.notice}）"
