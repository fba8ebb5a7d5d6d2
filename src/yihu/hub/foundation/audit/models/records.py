"""The record itself. PostgreSQL refuses to change or remove a row (see the migrations)."""

import secrets
from datetime import UTC
from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL

from yihu.hub.foundation.audit.choices import Channel, target_title, verb_title
from yihu.kit.evidence.leaves import SALT_SIZE, leaf_bytes


def new_salt() -> bytes:
    """The secret of one record's commitments."""
    return secrets.token_bytes(SALT_SIZE)


class AccessRecord(models.Model):
    """
    One act. The person is written out, not referred to: the record must outlive the account.

    `verb` is thing.act (`household.view`); `target` is thing:id (`household:H0123456789ab`); `before` and `after` hold
    the changed fields only. Every field is part of the leaf that is hashed into the log.
    """

    at = models.DateTimeField("时间", auto_now_add=True)
    actor_id = models.BigIntegerField("用户号", null=True)
    actor_username = models.CharField("账号", max_length=150)
    actor_name = models.CharField("姓名", max_length=60, blank=True)
    post = models.CharField("岗位", max_length=100, blank=True)
    office_code = models.CharField("机关代码", max_length=30, blank=True)
    office_name = models.CharField("机关", max_length=100, blank=True)
    verb = models.CharField("动作", max_length=60)
    target = models.CharField("对象", max_length=300, blank=True)
    target_name = models.CharField("对象名称", max_length=300, blank=True)
    purpose = models.CharField("事由", max_length=300, blank=True)
    detail = models.JSONField("详情", default=dict, blank=True)
    before = models.JSONField("变更前", default=dict, blank=True, db_default={})
    after = models.JSONField("变更后", default=dict, blank=True, db_default={})
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices, default=Channel.WEB)
    address = models.CharField("来源地址", max_length=45, blank=True)
    request_number = models.CharField("请求编号", max_length=16, blank=True)
    salt = models.BinaryField(
        "盐", max_length=SALT_SIZE, default=new_salt, db_default=RawSQL("uuid_send(gen_random_uuid())", [])
    )

    class Meta:
        verbose_name = verbose_name_plural = "日志记录"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),  # the list
            models.Index(fields=["actor_username", "-at", "-id"], name="audit_actor_newest"),  # one person's acts
            models.Index(fields=["target", "-at", "-id"], name="audit_target_newest"),  # who saw this household
            models.Index(fields=["verb", "-at", "-id"], name="audit_verb_newest"),  # all exports
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_username} {self.verb_title} {self.target}"

    @property
    def verb_title(self) -> str:
        return verb_title(self.verb)

    @property
    def target_title(self) -> str:
        return self.target_name or target_title(self.target)

    @property
    def number(self) -> str:
        """The record's number as people quote it."""
        return f"{self.pk:010d}"

    def leaf(self) -> bytes:
        """The bytes that are hashed into the log."""
        return leaf_bytes(entry_of(self.__dict__), bytes(self.salt))


COLUMNS = (
    "id", "at", "actor_id", "actor_username", "actor_name", "post", "office_code", "office_name", "verb", "target",
    "target_name", "purpose", "detail", "before", "after", "channel", "address", "request_number",
)  # fmt: skip


def entry_of(values: dict[str, Any]) -> dict[str, Any]:
    """A record's columns in the names and forms of its leaf."""
    entry = {name: values[name] for name in COLUMNS}
    entry["at"] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    entry["actor"] = entry.pop("actor_username")
    entry["channel"] = str(entry["channel"])
    return entry


class Pending(models.Model):
    """A record that is not in the tree yet; written by a trigger with the record itself."""

    record_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = verbose_name_plural = "待入树记录"

    def __str__(self) -> str:
        return str(self.record_id)


class KnownObject(models.Model):
    """An object that records speak of, once: names are searched here and not in millions of records."""

    target = models.CharField(max_length=300)
    name = models.CharField(max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "日志对象"
        constraints = [models.UniqueConstraint(fields=["target", "name"], name="audit_object_once")]

    def __str__(self) -> str:
        return self.name
