"""Announcements to an office and all below it, or to those of its people who hold a duty."""

from django.db import models

from yihu.hub.foundation.notices.choices import AnnouncementState, Urgency
from yihu.hub.foundation.org.models import Duty, Office, User


class Announcement(models.Model):
    """One text to many. `cursor` is the last person reached, so that a killed job goes on where it stood."""

    sender = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="发布人")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name="范围")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="岗责")
    title = models.CharField("标题", max_length=100)
    body = models.TextField("正文")
    urgency = models.PositiveSmallIntegerField("紧急程度", choices=Urgency.choices, default=Urgency.NORMAL)
    needs_confirm = models.BooleanField("须确认", default=False)
    state = models.CharField(
        "状态", max_length=12, choices=AnnouncementState.choices, default=AnnouncementState.SENDING
    )
    total = models.PositiveIntegerField("应收人数", default=0)
    made = models.PositiveIntegerField("已送达人数", default=0)
    cursor = models.BigIntegerField("进度", default=0)
    created_at = models.DateTimeField("发布时间")
    finished_at = models.DateTimeField("送完时间", null=True)
    recalled_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "公告"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"
