"""A matter and its versions. A version holds the whole bundle; once it left the draft its content never changes."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from yihu.hub.base.history import tracked
from yihu.hub.centres.matters.catalogue.bundle import Bundle, bundle_of_frozen
from yihu.hub.centres.matters.choices import VersionState

PERSON = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+", "db_index": False}


class Matter(models.Model):
    """A service item by its key family/code; what it is called stands in its versions."""

    key = models.CharField("事项", max_length=81, unique=True)
    family = models.CharField("分类", max_length=40)
    code = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "事项"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


@tracked(exclude=("files",), hidden=("played",))
class MatterVersion(models.Model):
    """
    One version: the bundle's files by name, and their digest.

    `valid_from` and `valid_to` are half-open days on which it can be applied for. `process` is what the workflow
    centre froze of it. `played` are the results of its cases on the files as they are.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="versions", verbose_name="事项")
    edition = models.CharField("版次", max_length=20)
    state = models.CharField("状态", max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    name = models.CharField("名称", max_length=60)
    files = models.JSONField("文件")
    digest = models.CharField("SHA-256", max_length=64)
    valid_from = models.DateField("施行日")
    valid_to = models.DateField("停用日", null=True, blank=True)
    process = models.ForeignKey(
        "workflow.ProcessVersion", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="流程"
    )
    played = models.JSONField("用例结果", default=list)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="起草人", **PERSON)
    drafted_at = models.DateTimeField("起草时间")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="发布人", **PERSON)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    source = models.CharField("来源", max_length=60, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项版本"
        ordering = ["matter", "-drafted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "digest"], name="matters_version_digest"),
            # One version of a matter answers for a day.
            models.UniqueConstraint(
                fields=["matter", "valid_from"], condition=Q(state=VersionState.PUBLISHED), name="matters_one_a_day"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="matters_version_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__df="DRAFT")
                & (pgtrigger.Q(new__digest__df=pgtrigger.F("old__digest")) | pgtrigger.Q(
                    new__files__df=pgtrigger.F("old__files"))),
            ),
            pgtrigger.Protect(
                name="matters_version_not_removed",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__df="DRAFT"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"

    @property
    def bundle(self) -> Bundle:
        """The bundle as it was examined; a process keeps the last ones by digest."""
        return bundle_of_frozen(self.digest, lambda: self.files)

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def is_published(self) -> bool:
        return self.state == VersionState.PUBLISHED
