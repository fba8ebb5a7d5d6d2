"""One trained model and its life in the house."""

from django.db import models
from django.db.models import F, Q

from yihu.hub.base.history import tracked
from yihu.hub.centres.modelhub.choices import ModelState


@tracked(hidden=("card", "card_digest", "trained_by", "submitted_by", "reviewed_by", "decided_by"))
class ModelVersion(models.Model):
    """
    A model on the shelf of the analytical side, by its name there (`model_id`).

    `card` is its card as JSON when it came in and `card_digest` the SHA-256 (hex) of the card's file, which holds the
    digests of all other files; both never change. People are written out (`…_by` is the account's number), so that
    the line outlives the account; `trained_by` is empty where the clock or a command trained.
    """

    edition = models.PositiveIntegerField("版次", unique=True)
    model_id = models.CharField("模型编号", max_length=40, unique=True)
    card = models.JSONField("说明卡")
    card_digest = models.CharField("内容摘要", max_length=64)
    state = models.CharField("状态", max_length=10, choices=ModelState.choices, default=ModelState.DRAFT)
    made_at = models.DateTimeField("训练时间")
    trained_by = models.BigIntegerField(null=True, blank=True)
    trained_name = models.CharField("训练人", max_length=150)
    why = models.CharField("训练缘由", max_length=500, blank=True)
    submitted_by = models.BigIntegerField(null=True, blank=True)
    submitted_name = models.CharField("送审人", max_length=150, blank=True)
    submitted_at = models.DateTimeField("送审时间", null=True, blank=True)
    submit_note = models.CharField("送审说明", max_length=500, blank=True)
    reviewed_by = models.BigIntegerField(null=True, blank=True)
    reviewed_name = models.CharField("审核人", max_length=150, blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    review_note = models.CharField("审核意见", max_length=500, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_name = models.CharField("启停决定人", max_length=150, blank=True)
    in_force_at = models.DateTimeField("启用时间", null=True, blank=True)
    left_at = models.DateTimeField("停用时间", null=True, blank=True)
    last_reason = models.CharField("启停原因", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "模型版本"
        ordering = ["-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state__in=["SHADOW", "IN_FORCE"]), name="modelhub_one_champion_one_shadow"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None)
                | (
                    (Q(trained_by=None) | ~Q(reviewed_by=F("trained_by")))
                    & (Q(submitted_by=None) | ~Q(reviewed_by=F("submitted_by")))
                ),
                name="modelhub_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (
                    (Q(trained_by=None) | ~Q(decided_by=F("trained_by")))
                    & (Q(submitted_by=None) | ~Q(decided_by=F("submitted_by")))
                ),
                name="modelhub_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "IN_REVIEW"]) | Q(reviewed_by__isnull=False),
                name="modelhub_scores_only_reviewed",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.edition} 版模型"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on it yet."""
        return self.state in (ModelState.DRAFT, ModelState.IN_REVIEW)
