"""A process as it was frozen: nothing in the row ever changes, so that a running instance keeps what it began with."""

import pgtrigger
from django.db import models


class ProcessVersion(models.Model):
    """
    One version of a process.

    `roles` maps the name of a lane to a candidate strategy; `digest` is over the text and the roles.
    """

    key = models.CharField("流程代码", max_length=80)
    number = models.PositiveIntegerField("版本")
    name = models.CharField("流程名称", max_length=100)
    xml = models.TextField("BPMN")
    roles = models.JSONField("角色", default=dict)
    digest = models.CharField("摘要", max_length=64)
    frozen_by = models.ForeignKey(
        "org.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发布人", db_index=False
    )
    frozen_at = models.DateTimeField("发布时间")

    class Meta:
        verbose_name = verbose_name_plural = "流程版本"
        ordering = ["key", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="workflow_version_number"),
            models.UniqueConstraint(fields=["key", "digest"], name="workflow_version_digest"),
        ]
        triggers = [pgtrigger.Protect(name="workflow_version_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name} 第 {self.number} 版"
