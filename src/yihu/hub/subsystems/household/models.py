"""What an officer keeps of the workbench: saved views and the households looked at lately."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A named set of worklist filters of one user."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="用户")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("筛选条件", max_length=1000)
    created_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "常用视图"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="household_view_name_once")]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """The latest look of one user at one household."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="用户")
    household_id = models.CharField("户", max_length=32)
    visited_at = models.DateTimeField("查看时间")

    class Meta:
        verbose_name = verbose_name_plural = "最近查看"
        constraints = [models.UniqueConstraint(fields=["user", "household_id"], name="household_visit_once")]
        # Serves the home page: a user's latest visits.
        indexes = [models.Index(fields=["user", "-visited_at"], name="household_visit_latest")]

    def __str__(self) -> str:
        return self.household_id
