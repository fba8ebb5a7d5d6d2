"""The Merkle log over the records: places, subtree hashes, signed heads, keys."""

from django.db import models


class Leaf(models.Model):
    """Which record stands at which place of the log. Places run from 0 without a gap."""

    position = models.BigIntegerField(primary_key=True)
    record_id = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "叶"

    def __str__(self) -> str:
        return f"{self.position}: {self.record_id}"


class Tile(models.Model):
    """Up to 256 subtree hashes; see `yihu.kit.evidence.tiles`. A tile only grows."""

    digest = models.CharField(max_length=6)
    row = models.SmallIntegerField()
    number = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "哈希块"
        constraints = [models.UniqueConstraint(fields=["digest", "row", "number"], name="audit_tile_once")]

    def __str__(self) -> str:
        return f"{self.digest} {self.row}/{self.number}"


class Head(models.Model):
    """A signed head of the log: a checkpoint note. Heads less than a minute apart give way to the newer one."""

    size = models.BigIntegerField("记录数", unique=True)
    note = models.TextField("检查点")
    signed_at = models.DateTimeField("签署时间")

    class Meta:
        verbose_name = verbose_name_plural = "检查点"
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"{self.size}"


class SigningKey(models.Model):
    """A public key of the log. The private one lies in a file of the state directory; see `services.keys`."""

    verifier = models.CharField("公钥", max_length=300, unique=True)
    made_at = models.DateTimeField("启用时间")
    rotation = models.TextField("轮换声明", blank=True)  # signed by the predecessor

    class Meta:
        verbose_name = verbose_name_plural = "签名密钥"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.verifier
