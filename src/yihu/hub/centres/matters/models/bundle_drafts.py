"""A bundle that is being changed: its files, who works on it, and whether its cases passed."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from yihu.hub.base.history import tracked
from yihu.hub.centres.matters.choices import BundleState, PlayState


@tracked(hidden=("played_digest", "base_digest", "played", "play_asked_at", "play_seconds"))
class BundleDraft(models.Model):
    """
    One draft of a matter.

    `base_digest` is the published version it began with ("" for a new matter). `played` holds the results of its
    cases, valid for the files whose digest is `played_digest` only.
    """

    family = models.CharField("分类", max_length=40)
    code = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=60)
    state = models.CharField("状态", max_length=10, choices=BundleState.choices, default=BundleState.DRAFT)
    base_digest = models.CharField("原版本摘要", max_length=64, blank=True)
    base_edition = models.CharField("原版本", max_length=20, blank=True)
    reason = models.CharField("修改原因", max_length=300)
    created_by = models.ForeignKey(
        "org.User", on_delete=models.PROTECT, related_name="+", verbose_name="起草人", db_index=False
    )
    created_at = models.DateTimeField("起草时间")
    submitted_by = models.ForeignKey(
        "org.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="送审人", db_index=False
    )
    submitted_at = models.DateTimeField("送审时间", null=True)
    reviewed_by = models.ForeignKey(
        "org.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="审核人", db_index=False
    )
    reviewed_at = models.DateTimeField("审核时间", null=True)
    review_note = models.CharField("审核意见", max_length=500, blank=True)
    play_state = models.CharField("用例", max_length=10, choices=PlayState.choices, default=PlayState.NEVER)
    play_asked_at = models.DateTimeField("用例开始时间", null=True)
    played_digest = models.CharField("用例对应的摘要", max_length=64, blank=True)
    played = models.JSONField("用例结果", default=list, encoder=DjangoJSONEncoder)
    play_seconds = models.FloatField("用例用时（秒）", default=0)
    published_digest = models.CharField("发布的摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项草稿"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "code"], condition=Q(state__in=["DRAFT", "IN_REVIEW"]), name="matters_one_open_bundle"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return f"{self.family}/{self.code}"

    @property
    def is_open(self) -> bool:
        return self.state == BundleState.DRAFT


@tracked(hidden=("text", "revision"))
class BundleFile(models.Model):
    """One file of a draft; `revision` grows with each change, so that nobody overwrites what they have not seen."""

    draft = models.ForeignKey(BundleDraft, on_delete=models.CASCADE, related_name="files", verbose_name="草稿")
    name = models.CharField("文件", max_length=100)
    text = models.TextField("内容", blank=True)
    revision = models.PositiveIntegerField("修改次数", default=1)
    changed_by = models.ForeignKey(
        "org.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="修改人", db_index=False
    )
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "草稿文件"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["draft", "name"], name="matters_one_file_a_name")]

    def __str__(self) -> str:
        return self.name
