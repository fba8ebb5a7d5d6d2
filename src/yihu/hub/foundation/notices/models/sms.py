"""SMS that came in."""

from django.db import models

from yihu.hub.foundation.org.models import User


class IncomingSms(models.Model):
    """One SMS, once: gateways repeat themselves, and `(gateway, message_id)` tells. The text is kept veiled."""

    gateway = models.CharField("网关", max_length=20)
    message_id = models.CharField("网关编号", max_length=100)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="发信人")
    mask = models.CharField("号码（遮盖）", max_length=120)
    text = models.CharField("内容（遮盖）", max_length=300)
    text_digest = models.CharField("内容摘要", max_length=64)
    handler = models.CharField("办理者", max_length=80, blank=True)
    answer = models.CharField("答复", max_length=300, blank=True)
    received_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "来信"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["gateway", "message_id"], name="notices_sms_once")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.message_id}"
