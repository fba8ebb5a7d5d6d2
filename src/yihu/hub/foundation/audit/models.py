"""The access record. PostgreSQL itself refuses to change or remove a row (see the second migration)."""

from django.db import models

from yihu.hub.foundation.audit.choices import Channel, target_title, verb_title


class AccessRecord(models.Model):
    """
    One access. The person is written out, not referred to: the record must outlive the account.

    `verb` is thing.act (`household.view`); `target` is thing:id (`household:H0123456789ab`).
    """

    at = models.DateTimeField("时间", auto_now_add=True)
    actor_id = models.BigIntegerField("用户号", null=True)
    actor_username = models.CharField("账号", max_length=150)
    actor_name = models.CharField("姓名", max_length=60, blank=True)
    actor_kind = models.CharField("岗位", max_length=20, blank=True)
    office_name = models.CharField("机关", max_length=100, blank=True)
    verb = models.CharField("动作", max_length=60)
    target = models.CharField("对象", max_length=300, blank=True)
    target_name = models.CharField("对象名称", max_length=300, blank=True)
    purpose = models.CharField("事由", max_length=300, blank=True)
    detail = models.JSONField("详情", default=dict, blank=True)
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices, default=Channel.WEB)
    address = models.CharField("来源地址", max_length=45, blank=True)
    request_number = models.CharField("请求编号", max_length=16, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "访问记录"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),  # the list
            models.Index(fields=["actor_username", "-at"], name="audit_by_actor"),  # one person's accesses
            models.Index(fields=["target", "-at"], name="audit_by_target"),  # who saw this household
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_username} {self.verb_title} {self.target}"

    @property
    def verb_title(self) -> str:
        return verb_title(self.verb)

    @property
    def target_title(self) -> str:
        return self.target_name or target_title(self.target)
