"""What an officer keeps of the workbench: saved views, households looked at lately, marks and steps on canvases."""

from django.conf import settings
from django.db import models

from yihu.hub.subsystems.household.choices import StepKind


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


class Unmasking(models.Model):
    """One look at personal numbers in the clear; what was seen stands nowhere but in the vault."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="用户")
    household_id = models.CharField("经由户", max_length=32)
    target = models.CharField("对象", max_length=300)
    purpose = models.CharField("事由", max_length=300)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "明文查看"
        # Serves the limit an hour.
        indexes = [models.Index(fields=["user", "-at"], name="household_unmask_latest")]

    def __str__(self) -> str:
        return f"{self.user} {self.target}"


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


class CanvasMark(models.Model):
    """A pin or a note of one user on the network around one household; `subject` is a household, or `seller>buyer`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="用户")
    household_id = models.CharField("中心户", max_length=32)
    subject = models.CharField("所标的户或关系", max_length=65)
    is_pinned = models.BooleanField("固定", default=False)
    x = models.FloatField("横坐标", null=True, blank=True)
    y = models.FloatField("纵坐标", null=True, blank=True)
    note = models.CharField("批注", max_length=500, blank=True)
    updated_at = models.DateTimeField("更新时间")

    class Meta:
        verbose_name = verbose_name_plural = "画布标记"
        # Serves the canvas: the marks of a user around a household.
        constraints = [
            models.UniqueConstraint(fields=["user", "household_id", "subject"], name="household_canvas_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.subject}"


class CanvasStep(models.Model):
    """One step of a user's look at the network around one household, in the order taken."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="用户")
    household_id = models.CharField("中心户", max_length=32)
    kind = models.CharField("步骤", max_length=10, choices=StepKind.choices)
    subject = models.CharField("所涉的户或关系", max_length=65, blank=True)
    start = models.DateField("期间起", null=True, blank=True)
    end = models.DateField("期间止", null=True, blank=True)
    taken_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "画布步骤"
        ordering = ["taken_at", "pk"]
        # Serves the canvas and its report: a user's steps around a household.
        indexes = [models.Index(fields=["user", "household_id", "taken_at"], name="household_canvas_steps")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.get_kind_display()}"
