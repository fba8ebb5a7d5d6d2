"""What audit administrators keep: witnesses, runs of verification, archives."""

from django.db import models

from yihu.hub.foundation.audit.choices import RunState


class WitnessAccount(models.Model):
    """A witness whose cosignatures are taken, and the newest of them."""

    name = models.CharField("名称", max_length=100)
    verifier = models.CharField("公钥", max_length=300, unique=True)
    added_at = models.DateTimeField("登记时间")
    removed_at = models.DateTimeField("停用时间", null=True, blank=True)
    size = models.BigIntegerField("已见证记录数", null=True, blank=True)
    cosigned_at = models.DateTimeField("最近见证", null=True, blank=True)
    note = models.TextField("最近检查点", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "见证方"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VerificationRun(models.Model):
    """One verification of the whole log in the background. At most one is unfinished."""

    state = models.CharField("状态", max_length=10, choices=RunState.choices, default=RunState.WAITING)
    done = models.FloatField("进度", default=0.0)
    # Written out: the log stands below people and offices.
    started_by = models.CharField("发起人", max_length=150)
    started_at = models.DateTimeField("发起时间")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    result = models.JSONField("结果", default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核验"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(state__in=["WAITING", "RUNNING"]),
                name="audit_one_verification_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in {RunState.WAITING, RunState.RUNNING}

    @property
    def percent(self) -> int:
        return round(self.done * 100)


class Archive(models.Model):
    """A sealed file of records that were taken out of the database; their hashes stay in the tree."""

    file = models.CharField("文件", max_length=200, unique=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    family = models.CharField("类别", max_length=60)
    until = models.DateTimeField("早于")
    count = models.IntegerField("记录数")
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = verbose_name_plural = "归档"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file


class ArchivedLeaf(models.Model):
    """A place of the log whose record lies in an archive. Only such a record may be removed from the table."""

    position = models.BigIntegerField(primary_key=True)
    record_id = models.BigIntegerField(unique=True)
    archive = models.ForeignKey(Archive, on_delete=models.PROTECT)

    class Meta:
        verbose_name = verbose_name_plural = "已归档的叶"

    def __str__(self) -> str:
        return f"{self.position}: {self.archive_id}"
