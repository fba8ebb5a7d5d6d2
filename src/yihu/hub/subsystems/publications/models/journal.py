"""Issues of the journal, compiled of accepted papers."""

from django.conf import settings
from django.db import models

from yihu.hub.subsystems.publications.choices import IssueState
from yihu.hub.subsystems.publications.models.texts import Publication


class Issue(models.Model):
    """One issue of one year."""

    year = models.PositiveSmallIntegerField("年")
    issue_number = models.PositiveSmallIntegerField("期")
    theme = models.CharField("本期主题", max_length=60, blank=True)
    foreword = models.TextField("卷首语", max_length=2000, blank=True)
    state = models.CharField("状态", max_length=10, choices=IssueState.choices, default=IssueState.COMPILING)
    compiled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="编辑"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="签发人"
    )
    published_at = models.DateTimeField("出刊时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "期刊"
        ordering = ["-year", "-issue_number"]
        constraints = [models.UniqueConstraint(fields=["year", "issue_number"], name="publications_issue_once")]

    def __str__(self) -> str:
        return f"{self.year} 年第 {self.issue_number} 期"


class Placement(models.Model):
    """Where a paper stands in an issue; a paper appears once."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="placements", verbose_name="期刊")
    publication = models.OneToOneField(
        Publication, on_delete=models.PROTECT, related_name="placement", verbose_name="文章"
    )
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "版面"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.issue} {self.position}"
