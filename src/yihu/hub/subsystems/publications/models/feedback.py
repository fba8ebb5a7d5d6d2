"""What readers say of a text."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yihu.hub.subsystems.publications.models.texts import Revision


class Feedback(models.Model):
    """One reader's word on one revision; "not helpful" waits until somebody has answered it."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="feedback", verbose_name="修订")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="读者"
    )
    is_helpful = models.BooleanField("有帮助")
    words = models.CharField("说明", max_length=500, blank=True)
    given_at = models.DateTimeField("反馈时间")
    settled_at = models.DateTimeField("处理时间", null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="处理人"
    )
    answer = models.CharField("处理结果", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "读者反馈"
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "reader"], name="publications_one_word_each"),
            models.CheckConstraint(
                condition=Q(is_helpful=True) | ~Q(words=""), name="publications_not_helpful_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["given_at"], name="publications_waiting_words", condition=Q(is_helpful=False, settled_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} {'有' if self.is_helpful else '无'}帮助"
