"""Telephone numbers and mail addresses bound to people. Numbers rest sealed; pages show them in part."""

from django.db import models
from django.db.models import Q

from yihu.hub.foundation.notices.choices import Channel
from yihu.hub.foundation.org.models import User


class Address(models.Model):
    """
    A number or mail address that its owner proved by a code. `effective_at` is later than `verified_at` when it took
    another's place. One stands for each person and channel; `ended_at` ends it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name="人员")
    channel = models.CharField("通道", max_length=10, choices=Channel.choices)
    sealed = models.TextField("密文")
    digest = models.CharField("检索摘要", max_length=64)
    mask = models.CharField("号码（遮盖）", max_length=120)
    verified_at = models.DateTimeField("验证时间")
    effective_at = models.DateTimeField("生效时间")
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "联系方式"
        constraints = [
            # One that waits for its day may stand beside the one it replaces.
            models.UniqueConstraint(
                fields=["user", "channel", "digest"], condition=Q(ended_at=None), name="notices_address_once"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "channel"], condition=Q(ended_at=None), name="notices_address_of"),
            models.Index(fields=["digest"], condition=Q(ended_at=None), name="notices_address_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel} {self.mask}"


class Challenge(models.Model):
    """A code sent to a number to prove that it is the person's. Only a keyed digest of the code is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name="人员")
    channel = models.CharField("通道", max_length=10, choices=Channel.choices)
    sealed = models.TextField("密文")
    mask = models.CharField("号码（遮盖）", max_length=120)
    code_digest = models.CharField("验证码摘要", max_length=64)
    issued_at = models.DateTimeField("发出时间")
    expires_at = models.DateTimeField("失效时间")
    failures = models.PositiveSmallIntegerField("输错次数", default=0)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "验证"

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel} {self.mask}"
