"""Documents of law that publications cite, with the days they hold."""

from django.db import models

from yihu.hub.base.history import tracked


@tracked()
class Law(models.Model):
    """
    One law, regulation or notice, as far as publications need it; days half-open.

    When its end is written down here, everything live that cites it stands on the list for review.
    """

    title = models.CharField("文件名称", max_length=120)
    document_number = models.CharField("文号", max_length=80, blank=True)
    valid_from = models.DateField("施行日", null=True)
    valid_to = models.DateField("失效日", null=True)
    url = models.URLField("原文", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策文件"
        ordering = ["title", "document_number"]
        constraints = [
            models.UniqueConstraint(fields=["title", "document_number"], name="publications_law_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None)
                | models.Q(valid_from=None)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="publications_law_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.document_number}）" if self.document_number else self.title

    @property
    def name(self) -> str:
        """As it is cited."""
        return f"《{self.title}》{f'（{self.document_number}）' if self.document_number else ''}"


class Citation(models.Model):
    """One place of a law that a revision stands on."""

    revision = models.ForeignKey(
        "publications.Revision", on_delete=models.PROTECT, related_name="citations", verbose_name="修订"
    )
    law = models.ForeignKey(Law, on_delete=models.PROTECT, related_name="citations", verbose_name="政策文件")
    article = models.CharField("条款", max_length=60, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "依据"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.law.name}{self.article}"
