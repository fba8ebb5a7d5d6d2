"""Offices in a tree of five levels, their departments and posts."""

from django.db import models

from yihu.hub.base.history import tracked
from yihu.hub.foundation.org.choices import OfficeAct, OfficeLevel
from yihu.hub.foundation.org.models.dated import Dated


@tracked(hidden=("path",))
class Office(Dated):
    """
    A tax office.

    `code` is the office code households carry. `path` is the codes from the top down to this office, each followed by
    "/", so that an office and all below it are one range of the index: `path LIKE '<its path>%'`. `division_code` is
    the prefix of the administrative divisions it answers for, "" for none of its own.
    An office merged into another keeps its row below the other, so that households with the old code stay in charge
    of somebody.
    """

    code = models.CharField("机关代码", max_length=30, unique=True)
    name = models.CharField("机关名称", max_length=100)
    level = models.PositiveSmallIntegerField("级次", choices=OfficeLevel.choices, default=OfficeLevel.BRANCH)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级机关"
    )
    path = models.CharField("隶属路径", max_length=200, unique=True, db_collation="C")
    division_code = models.CharField("行政区划", max_length=12, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="并入机关"
    )

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "税务机关"
        ordering = ["path"]
        indexes = [models.Index(fields=["name"], name="org_office_by_name", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def ancestor_codes(self) -> list[str]:
        """Codes from the top down to the parent."""
        return self.path.split("/")[:-2]


class OfficeChange(models.Model):
    """
    One change of an office, done or due: a change with a later day waits here and is carried out on that day.

    `before` and `after` hold the fields that change; parents by code.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="changes", verbose_name="机关")
    act = models.CharField("变更", max_length=10, choices=OfficeAct.choices)
    effective_on = models.DateField("生效日")
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    note = models.CharField("依据", max_length=300, blank=True)
    made_by = models.ForeignKey("org.User", on_delete=models.SET_NULL, null=True, verbose_name="经办人")
    made_at = models.DateTimeField("经办时间")
    applied_at = models.DateTimeField("执行时间", null=True)
    cancelled_at = models.DateTimeField("取消时间", null=True)
    failure = models.CharField("未执行原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机关变更"
        ordering = ["-effective_on", "-id"]
        indexes = [
            # What is due today.
            models.Index(
                fields=["effective_on"],
                name="org_change_due",
                condition=models.Q(applied_at__isnull=True, cancelled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.get_act_display()} {self.effective_on}"


@tracked()
class Department(Dated):
    """A part of an office, without households of its own."""

    code = models.CharField("内设机构代码", max_length=40, unique=True)
    name = models.CharField("内设机构名称", max_length=100)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="departments", verbose_name="机关")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "内设机构"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@tracked()
class Post(Dated):
    """A post of an office; what its holder may do comes from the duties given to it."""

    code = models.CharField("岗位代码", max_length=60, unique=True)
    name = models.CharField("岗位名称", max_length=100)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="posts", verbose_name="机关")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="内设机构"
    )

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "岗位"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
