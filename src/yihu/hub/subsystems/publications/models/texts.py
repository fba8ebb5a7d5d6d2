"""Publications and their revisions: a text is never edited in place."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from yihu.hub.base.access import Label
from yihu.hub.subsystems.publications.choices import Kind, Topic


class Publication(models.Model):
    """
    One thing to read, whatever its revisions. `grams` are the pieces of the newest revision by which it is found.

    `review_on`: by that day somebody looks whether it still holds.
    """

    kind = models.CharField("种类", max_length=2, choices=Kind.choices)
    code = models.CharField("编号", max_length=20, unique=True)
    topic = models.CharField("主题", max_length=12, choices=Topic.choices)
    label = models.PositiveSmallIntegerField("数据标签", choices=Label.choices, default=Label.INTERNAL)
    office = models.ForeignKey("org.Office", on_delete=models.PROTECT, related_name="+", verbose_name="责任机关")
    review_on = models.DateField("复核期限", null=True)
    reviewed_at = models.DateTimeField("最近复核时间", null=True)
    grams = ArrayField(models.CharField(max_length=40), verbose_name="检索词", default=list)
    reads = models.PositiveIntegerField("阅读数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发布物"
        ordering = ["code"]
        indexes = [
            GinIndex(fields=["grams"], name="publications_by_gram"),  # the search
            models.Index(fields=["review_on"], name="publications_review_due", condition=~Q(review_on=None)),
            models.Index(fields=["kind", "topic"], name="publications_shelf"),
        ]

    def __str__(self) -> str:
        return self.code


TEXT = (
    "publication_id", "number", "title", "question", "summary", "body", "keywords", "column", "author_id",
    "approver_id", "byline", "published_at", "effective_from", "case_number",
)  # fmt: skip


class Revision(models.Model):
    """
    One text as it was approved; half-open days of effect. Only its end and its withdrawal are written later.

    `question` is an answer's; `column` and `byline` a paper's.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="revisions", verbose_name="发布物"
    )
    number = models.PositiveSmallIntegerField("修订号")
    title = models.CharField("标题", max_length=120)
    question = models.TextField("问题", blank=True)
    summary = models.CharField("摘要", max_length=500, blank=True)
    body = models.TextField("正文")
    keywords = ArrayField(models.CharField(max_length=20), verbose_name="关键词", default=list, blank=True)
    column = models.CharField("栏目", max_length=10, blank=True)
    byline = models.CharField("署名", max_length=100, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="起草人"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="审批人"
    )
    published_at = models.DateTimeField("发布时间")
    effective_from = models.DateField("生效日")
    effective_to = models.DateField("失效日", null=True)
    case_number = models.CharField("办件编号", max_length=60, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="撤下人"
    )
    withdraw_reason = models.CharField("撤下原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "修订"
        ordering = ["publication", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="publications_revision_number"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="publications_days_in_order",
            ),
            models.CheckConstraint(condition=~Q(author=F("approver")), name="publications_four_eyes"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="publications_text_stays", fields=[f.removesuffix("_id") for f in TEXT]),
            pgtrigger.Protect(name="publications_no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第 {self.number} 版）"
