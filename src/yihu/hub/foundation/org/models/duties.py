"""Duties: named sets of permissions that change by dates and are given to posts by dates."""

from django.db import models

from yihu.hub.base.access import Label
from yihu.hub.base.history import tracked
from yihu.hub.foundation.org.catalogue import permission_name
from yihu.hub.foundation.org.choices import Family, ScopeRule
from yihu.hub.foundation.org.models.dated import Dated
from yihu.hub.foundation.org.models.offices import Post


@tracked()
class Duty(Dated):
    """What a post may do, for which households, and up to which label."""

    code = models.CharField("岗责代码", max_length=40, unique=True)
    name = models.CharField("岗责名称", max_length=60)
    family = models.CharField("类别", max_length=10, choices=Family.choices)
    scope_rule = models.CharField("管户范围", max_length=12, choices=ScopeRule.choices)
    clearance = models.PositiveSmallIntegerField("知悉等级", choices=Label.choices, default=Label.PUBLIC)
    is_standard = models.BooleanField("标准岗责", default=False)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "岗责"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@tracked(words={"permission": permission_name})
class DutyPermission(Dated):
    """A permission of the catalogue carried by a duty for a time."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="permissions", verbose_name="岗责")
    permission = models.CharField("权限", max_length=60)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "岗责权限"
        ordering = ["duty", "permission", "valid_from"]
        indexes = [models.Index(fields=["permission", "duty"], name="org_duty_by_permission")]  # who holds it

    def __str__(self) -> str:
        return f"{self.duty} {self.permission}"


@tracked()
class PostDuty(Dated):
    """A duty given to a post for a time."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="duties", verbose_name="岗位")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="posts", verbose_name="岗责")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "岗位岗责"
        ordering = ["post", "duty", "valid_from"]

    def __str__(self) -> str:
        return f"{self.post} {self.duty}"
