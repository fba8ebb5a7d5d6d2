"""Exceptions for one taxpayer, for a while."""

from django.db import models
from django.db.models import F, Q

from yihu.hub.base.history import tracked
from yihu.hub.centres.rules.choices import SuppressionState
from yihu.hub.centres.rules.models.tables import DecisionTable


@tracked(hidden=("proposed_by", "confirmed_by"))
class Suppression(models.Model):
    """
    A rule (or the whole table, when `rule_id` is empty) that does not apply to a taxpayer on `[valid_from, valid_to)`.

    It counts once somebody else than its proposer has confirmed it. It never has no end.
    """

    table = models.ForeignKey(DecisionTable, on_delete=models.PROTECT, related_name="suppressions")
    rule_id = models.CharField("规则", max_length=300, blank=True)
    taxpayer_number = models.CharField("纳税人识别号", max_length=64)
    taxpayer_name = models.CharField("名称", max_length=300)
    reason = models.CharField("理由", max_length=500)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止（不含）")
    state = models.CharField("状态", max_length=10, choices=SuppressionState.choices, default=SuppressionState.PROPOSED)
    proposed_by = models.BigIntegerField()
    proposed_name = models.CharField("提出人", max_length=150)
    proposed_at = models.DateTimeField("提出时间")
    confirmed_by = models.BigIntegerField(null=True, blank=True)
    confirmed_name = models.CharField("复核人", max_length=150, blank=True)
    confirmed_at = models.DateTimeField("复核时间", null=True, blank=True)
    note = models.CharField("复核意见", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "豁免"
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="rules_suppression_ends"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="rules_suppression_two_people"
            ),
        ]
        indexes = [
            # Asked once a decision about a taxpayer.
            models.Index(
                fields=["table", "taxpayer_number"], name="rules_live_suppressions", condition=Q(state="CONFIRMED")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taxpayer_name} 豁免 {self.table.name}"
