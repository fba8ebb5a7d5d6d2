"""Where to-dos come from, and what may be done with them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yihu.hub.base.history import tracked
from yihu.hub.centres.tasks.choices import SourceKind


@tracked()
class Source(models.Model):
    """
    A system that hands in to-dos.

    Of an outside one only `hosts` are opened, and only kinds in `low_risk_kinds` count as low risk, whatever it says
    itself. Only kinds in `sms_kinds` go by SMS, up to `sms_cap_amount` yuan; none are listed until somebody lists them.
    """

    code = models.SlugField("来源代码", max_length=40, unique=True)
    name = models.CharField("来源名称", max_length=60)
    kind = models.CharField("类别", max_length=8, choices=SourceKind.choices, default=SourceKind.INSIDE)
    hosts = ArrayField(models.CharField(max_length=253), verbose_name="可跳转域名", default=list, blank=True)
    low_risk_kinds = ArrayField(models.CharField(max_length=60), verbose_name="低风险事项", default=list, blank=True)
    sms_kinds = ArrayField(models.CharField(max_length=60), verbose_name="可短信审批事项", default=list, blank=True)
    sms_cap_amount = models.DecimalField("短信审批金额上限", max_digits=18, decimal_places=2, default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "待办来源"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
