"""Outside systems, the terms proposed for them, and their keys."""

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yihu.hub.base.history import tracked
from yihu.hub.centres.exchange.choices import KeyKind, ProposalState, SystemState

USER = "org.User"


@tracked()
class OutsideSystem(models.Model):
    """
    A system of somebody else that calls us or is called.

    The terms here are those a second person confirmed and are in force; what is merely proposed stands in `Proposal`.
    `addresses` are networks it may call from (empty: any), `hosts` are `name` or `name:port` its links, webhooks and
    lists may lead to. `[valid_from, valid_to)` is half-open.
    """

    code = models.CharField("系统代码", max_length=30, unique=True)
    name = models.CharField("系统名称", max_length=60)
    office = models.ForeignKey("org.Office", on_delete=models.PROTECT, related_name="+", verbose_name="归口机关")
    state = models.CharField("状态", max_length=10, choices=SystemState.choices, default=SystemState.WAITING)
    contact = models.CharField("联系人", max_length=60, blank=True)
    purpose = models.CharField("用途", max_length=300, blank=True)
    operations = ArrayField(models.CharField(max_length=40), verbose_name="允许的操作", default=list, blank=True)
    addresses = ArrayField(models.CharField(max_length=50), verbose_name="来源地址", default=list, blank=True)
    hosts = ArrayField(models.CharField(max_length=260), verbose_name="可链接的主机", default=list, blank=True)
    per_minute = models.PositiveIntegerField("每分钟次数", default=0)
    per_day = models.PositiveIntegerField("每日次数", default=0)
    valid_from = models.DateField("生效日", null=True, blank=True)
    valid_to = models.DateField("失效日", null=True, blank=True)
    webhook_url = models.CharField("结果通知地址", max_length=500, blank=True)
    list_url = models.CharField("对账清单地址", max_length=500, blank=True)
    mends_itself = models.BooleanField("对账后自动修正", default=False)
    registered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "接入系统"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"

    def is_valid_on(self, day: date) -> bool:
        """Whether the confirmed terms hold on a day."""
        begun = self.valid_from is not None and self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


class Proposal(models.Model):
    """Terms somebody proposes; they hold once somebody else has confirmed them."""

    system = models.ForeignKey(OutsideSystem, on_delete=models.PROTECT, related_name="proposals", verbose_name="系统")
    terms = models.JSONField("内容")
    reason = models.CharField("事由", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    proposed_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="复核人"
    )
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    note = models.CharField("复核意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "启用申请"
        constraints = [
            models.UniqueConstraint(
                fields=["system"], condition=models.Q(state=ProposalState.OPEN), name="exchange_one_open_proposal"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | ~models.Q(state=ProposalState.CONFIRMED)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="exchange_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.proposed_at:%Y-%m-%d %H:%M}"


@tracked(exclude=("material", "last_used_at"))
class SystemKey(models.Model):
    """
    A key of a system. Several may be in force at once, so that one can be replaced without a gap.

    `material` is the public key in base64 (Ed25519), or the shared secret sealed by SM4-GCM (HMAC-SM3).
    """

    key_id = models.CharField("密钥编号", max_length=40, unique=True)
    system = models.ForeignKey(OutsideSystem, on_delete=models.PROTECT, related_name="keys", verbose_name="系统")
    kind = models.CharField("种类", max_length=10, choices=KeyKind.choices)
    material = models.TextField()
    valid_from = models.DateTimeField("生效时间")
    expires_at = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)
    reason = models.CharField("吊销原因", max_length=200, blank=True)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="登记人")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接入密钥"
        ordering = ["-valid_from", "-pk"]

    def __str__(self) -> str:
        return self.key_id

    def is_in_force(self, now: datetime) -> bool:
        return self.revoked_at is None and self.valid_from <= now < self.expires_at
