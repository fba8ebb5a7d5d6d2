"""What a person wants by which way, and when not."""

from datetime import time

from django.db import models

from yihu.hub.foundation.org.models import User

QUIET_FROM, QUIET_TO = time(22), time(7)


class Preference(models.Model):
    """`channels` holds, by kind, the outward channels wanted; a kind that is not named follows the template."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name="人员")
    channels = models.JSONField("通道", default=dict)
    is_quiet = models.BooleanField("静默时段", default=True)
    quiet_from = models.TimeField("静默自", default=QUIET_FROM)
    quiet_to = models.TimeField("静默至", default=QUIET_TO)
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "消息设置"

    def __str__(self) -> str:
        return str(self.user_id)
