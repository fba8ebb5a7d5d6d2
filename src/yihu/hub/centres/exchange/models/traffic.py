"""What passes: nonces seen, quotas used, and one line for each request in either direction."""

from django.db import models

from yihu.hub.centres.exchange.choices import Direction, Window
from yihu.hub.centres.exchange.models.systems import OutsideSystem


class Nonce(models.Model):
    """A nonce that was used with a key; kept until its timestamp would be refused anyway."""

    pk = models.CompositePrimaryKey("key_id", "nonce")
    key_id = models.CharField(max_length=40)
    nonce = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="exchange_nonce_ends")]  # removing what ended

    def __str__(self) -> str:
        return self.nonce


class QuotaUse(models.Model):
    """How many requests of a system were let in within one window."""

    pk = models.CompositePrimaryKey("system", "window", "begins_at")
    system = models.ForeignKey(OutsideSystem, on_delete=models.CASCADE, related_name="+", db_index=False)
    window = models.CharField(max_length=10, choices=Window.choices)
    begins_at = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.system_id} {self.window} {self.used}"


class Passage(models.Model):
    """
    One request, inward or outward. No body is kept: `digest` is its `Content-Digest`, by which either side can show
    what it was. `code` is the problem's code, "" when all went well.
    """

    at = models.DateTimeField("时间")
    direction = models.CharField("方向", max_length=3, choices=Direction.choices)
    system = models.ForeignKey(
        OutsideSystem, on_delete=models.PROTECT, related_name="passages", null=True, blank=True, verbose_name="系统",
        db_index=False,
    )  # fmt: skip
    key_id = models.CharField("密钥编号", max_length=64, blank=True)
    operation = models.CharField("操作", max_length=40, blank=True)
    method = models.CharField("方法", max_length=10)
    path = models.CharField("地址", max_length=300)
    status = models.PositiveSmallIntegerField("应答码", default=0)
    code = models.CharField("问题代码", max_length=20, blank=True)
    digest = models.CharField("内容摘要", max_length=80, blank=True)
    size = models.PositiveIntegerField("字节", default=0)
    items = models.PositiveIntegerField("条数", default=0)
    refused = models.PositiveIntegerField("退回条数", default=0)
    milliseconds = models.PositiveIntegerField("耗时（毫秒）", default=0)
    address = models.CharField("来源地址", max_length=45, blank=True)
    trace = models.CharField("追踪号", max_length=40, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "交换记录"
        indexes = [
            models.Index(fields=["-at"], name="exchange_passages"),  # the log, newest first, and its clearing
            models.Index(fields=["system", "-at"], name="exchange_passages_of"),  # one system's traffic
            models.Index(fields=["trace"], name="exchange_passage_trace"),  # what a caller quotes to the help desk
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.method} {self.path}"
