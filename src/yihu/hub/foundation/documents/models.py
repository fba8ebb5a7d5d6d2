"""Files that were handed in: their bytes once by digest, and every time somebody handed them in."""

from django.conf import settings
from django.db import models

from yihu.hub.foundation.documents.choices import Kind


class Content(models.Model):
    """The bytes of a file, kept once however often they come; they lie under `uploads/documents` by their digest."""

    digest = models.CharField("SHA-256", max_length=64, primary_key=True)
    size = models.PositiveIntegerField("字节数")
    kind = models.CharField("类型", max_length=5, choices=Kind.choices)
    stored_at = models.DateTimeField("存入时间")

    class Meta:
        verbose_name = verbose_name_plural = "文件内容"

    def __str__(self) -> str:
        return self.digest[:12]


class Document(models.Model):
    """
    A file as one person handed it in for one thing.

    `about` is thing:id, e.g. ``case:12``; who may open it is decided by the room that keeps the thing. `part` says
    what it is there, e.g. the material's code. Taken back, it stays with `removed_at`.
    """

    content = models.ForeignKey(Content, on_delete=models.PROTECT, verbose_name="内容", related_name="documents")
    name = models.CharField("文件名", max_length=120)
    about = models.CharField("所属", max_length=60)
    part = models.CharField("用途", max_length=40, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="上传人", related_name="+", db_index=False
    )
    added_at = models.DateTimeField("上传时间")
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["added_at", "pk"]
        indexes = [models.Index(fields=["about", "part"], name="documents_of_thing")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None
