"""What an officer keeps of the register."""

from django.conf import settings
from django.db import models


class SavedFilter(models.Model):
    """A named set of filters of the register, one user's own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="用户")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("筛选条件", max_length=1000)
    created_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "台账视图"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="risk_filter_name_once")]

    def __str__(self) -> str:
        return self.name
