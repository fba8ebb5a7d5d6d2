"""Applications that are not handed in yet."""

from django.conf import settings
from django.db import models

from yihu.hub.centres.matters.models.versions import MatterVersion


class Draft(models.Model):
    """
    What one person has filled in so far. Seen by its owner alone.

    `sealed` is what was typed, valid or not, encrypted: personal numbers among it are nobody else's.
    """

    version = models.ForeignKey(MatterVersion, on_delete=models.PROTECT, related_name="+", verbose_name="事项版本")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="起草人", db_index=False
    )
    taxpayer_number = models.CharField("纳税人识别号", max_length=64, blank=True)
    sealed = models.TextField("内容")
    started_at = models.DateTimeField("开始时间")
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "申请草稿"
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["owner", "-saved_at"], name="matters_drafts_of")]

    def __str__(self) -> str:
        return f"{self.version.name}草稿"

    @property
    def about(self) -> str:
        """What its files are filed under."""
        return f"draft:{self.pk}"
