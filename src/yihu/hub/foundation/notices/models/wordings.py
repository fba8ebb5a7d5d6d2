"""Templates as a permission holder changed them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yihu.hub.base.history import tracked
from yihu.hub.foundation.notices.choices import Channel
from yihu.hub.foundation.org.models import User


@tracked()
class Wording(models.Model):
    """
    What stands in the place of a shipped template's wording. `version` counts; every version stays in the row's
    history, and each notice keeps the words it was sent with. When `is_restored` the shipped words hold.
    """

    code = models.CharField("模板", max_length=80, primary_key=True)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("正文")
    sms = models.CharField("短信", max_length=300, blank=True)
    channels = ArrayField(models.CharField(max_length=10, choices=Channel.choices), verbose_name="通道", default=list)
    is_restored = models.BooleanField("用回原措辞", default=False)
    version = models.PositiveIntegerField("版本", default=1)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="修改人")
    changed_at = models.DateTimeField("修改时间")
    reason = models.CharField("修改原因", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "消息模板"

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
