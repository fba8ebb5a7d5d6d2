"""Three small dated registers, one row a decision; nothing is overwritten, what ends gets an end."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yihu.hub.registers.grants.choices import EntryState, QuotaKind


class Decided(models.Model):
    """What every row says: whose, by which case, decided by whom and when."""

    number = models.CharField("纳税人识别号", max_length=64)
    taxpayer_name = models.CharField("名称", max_length=300)
    case_number = models.CharField("办件编号", max_length=60, unique=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        abstract = True


class InvoiceQuota(Decided):
    """
    The total amount of invoices a taxpayer may issue in a month, in yuan; half-open days.

    A new standing quota ends the one before; a temporary one stands beside it until the end of its month.
    """

    kind = models.CharField("类型", max_length=10, choices=QuotaKind.choices)
    amount = models.DecimalField("核定额度", max_digits=18, decimal_places=2)
    previous_amount = models.DecimalField("原额度", max_digits=18, decimal_places=2, null=True)
    valid_from = models.DateField("生效日")
    valid_to = models.DateField("失效日", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "发票总额度"
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="grants_quota_above_zero"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="grants_quota_days_in_order"
            ),
            models.UniqueConstraint(
                fields=["number"], name="grants_one_standing_quota", condition=Q(kind="STANDING", valid_to=None)
            ),
        ]
        indexes = [models.Index(fields=["number", "-valid_from"], name="grants_quota_of_taxpayer")]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"


class TaxDeferral(Decided):
    """One tax of one period that may be paid later, at most three months after it was due (征管法第三十一条)."""

    tax_name = models.CharField("税种", max_length=60)
    period_start = models.DateField("税款所属期起")
    period_end = models.DateField("税款所属期止")
    amount = models.DecimalField("延期税额", max_digits=18, decimal_places=2)
    due_date = models.DateField("原缴款期限")
    deferred_to = models.DateField("延期至")

    class Meta:
        verbose_name = verbose_name_plural = "延期缴纳税款"
        ordering = ["-due_date", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="grants_deferral_above_zero"),
            models.CheckConstraint(condition=Q(deferred_to__gt=F("due_date")), name="grants_deferred_to_later"),
            models.UniqueConstraint(
                fields=["number", "tax_name", "period_start", "period_end"], name="grants_deferred_once"
            ),
        ]
        indexes = [models.Index(fields=["number", "-due_date"], name="grants_deferral_of_taxpayer")]

    def __str__(self) -> str:
        return f"{self.number} {self.tax_name} {self.deferred_to}"


class RegistrationChange(Decided):
    """
    An approved change of registration. `changes` is a list of `{"title", "before", "after"}` in words.

    The register of taxpayers is filled from snapshots of the system of record, so the change is not written there:
    it waits here until somebody has entered it in that system and says under which receipt.
    """

    changes = models.JSONField("变更内容", default=list)
    changed_date = models.DateField("变更日期")
    state = models.CharField("登记系统", max_length=10, choices=EntryState.choices, default=EntryState.WAITING)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="写入经办人"
    )
    entered_at = models.DateTimeField("写入时间", null=True)
    entry_receipt = models.CharField("登记系统回执号", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登记变更"
        ordering = ["-decided_at", "-pk"]
        indexes = [
            models.Index(fields=["number", "-decided_at"], name="grants_change_of_taxpayer"),
            models.Index(fields=["decided_at"], name="grants_change_waiting", condition=Q(state="WAITING")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.case_number}"
