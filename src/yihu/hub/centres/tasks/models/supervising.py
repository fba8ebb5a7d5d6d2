"""Chiefs who press for an answer, and reminders that were sent."""

from django.db import models
from django.db.models import F, Q

from yihu.hub.centres.tasks.choices import ReminderKind
from yihu.hub.centres.tasks.models.todos import Todo, User


class Supervision(models.Model):
    """督办: a chief asks what hinders, and until when; the receiver answers."""

    todo = models.ForeignKey(Todo, on_delete=models.CASCADE, related_name="supervisions", db_index=False)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="督办人", db_index=False
    )
    asked_at = models.DateTimeField("督办时间")
    words = models.CharField("督办要求", max_length=300)
    until = models.DateField("要求办结日期")
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, verbose_name="答复人", db_index=False
    )
    closed_at = models.DateTimeField("解除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办"
        ordering = ["-asked_at", "-id"]
        constraints = [
            # One at a time: a second question waits until the first is closed.
            models.UniqueConstraint(fields=["todo"], condition=Q(closed_at=None), name="tasks_one_supervision"),
        ]
        indexes = [
            models.Index(fields=["todo"], name="tasks_supervisions_of_todo"),
            models.Index(F("asked_by"), F("asked_at").desc(), name="tasks_supervisions_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.todo} {self.until}"


class Reminder(models.Model):
    """One reminder a day and kind, so that a job run twice reminds once."""

    todo = models.ForeignKey(Todo, on_delete=models.CASCADE, related_name="reminders", db_index=False)
    kind = models.CharField("原因", max_length=10, choices=ReminderKind.choices)
    day = models.DateField("日期")
    sent_at = models.DateTimeField("发送时间")

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ["-sent_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["todo", "kind", "day"], name="tasks_reminded_once_a_day")]

    def __str__(self) -> str:
        return f"{self.todo} {self.get_kind_display()} {self.day}"
