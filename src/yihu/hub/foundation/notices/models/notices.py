"""Notices in inboxes, and what goes out of the house for them."""

from django.db import models
from django.db.models import Q

from yihu.hub.foundation.notices.choices import OPEN_STATES, Channel, Failure, Kind, State, Urgency
from yihu.hub.foundation.org.models import User

# Counted by the partial index alone.
UNREAD = Q(read_at=None, archived_at=None, recalled_at=None)


class Notice(models.Model):
    """
    One message in one person's inbox, as it was worded when it was written. Committed means delivered to the inbox.

    `key` makes writing again harmless: one receiver has a key once. PostgreSQL shows a row to its receiver, to whoever
    sent it, and to the system.
    """

    receiver = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name="收件人"
    )
    template = models.CharField("模板", max_length=80)
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    urgency = models.PositiveSmallIntegerField("紧急程度", choices=Urgency.choices, default=Urgency.NORMAL)
    title = models.CharField("标题", max_length=300)
    body = models.TextField("正文")
    url = models.CharField("办理地址", max_length=400, blank=True)
    about = models.CharField("所关事物", max_length=120, blank=True)
    key = models.CharField("去重键", max_length=160, blank=True)
    sender = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name="发件人"
    )
    announcement = models.ForeignKey(
        "Announcement", on_delete=models.CASCADE, null=True, related_name="notices", verbose_name="公告"
    )
    needs_confirm = models.BooleanField("须确认", default=False)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    archived_at = models.DateTimeField("归档时间", null=True)
    recalled_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["receiver", "key"], condition=~Q(key=""), name="notices_once_by_key"),
        ]
        indexes = [
            models.Index(fields=["receiver", "-id"], name="notices_of_receiver"),  # the inbox, newest first
            models.Index(fields=["receiver"], condition=UNREAD, name="notices_unread"),  # the badge, index only
            models.Index(fields=["about"], condition=~Q(about=""), name="notices_about"),  # recall what is settled
            models.Index(fields=["created_at"], name="notices_by_age"),  # retention
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class Delivery(models.Model):
    """
    One mail or SMS, to a bound address, or to one that is being proved (`sealed`, blanked once sent).

    `due_at` is when it may next be tried; a worker that takes it moves this ahead, so that what a killed worker held is
    tried again.
    """

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, null=True, related_name="deliveries", verbose_name="消息"
    )
    receiver = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name="收件人"
    )
    channel = models.CharField("通道", max_length=10, choices=Channel.choices)
    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    urgency = models.PositiveSmallIntegerField("紧急程度", choices=Urgency.choices)
    title = models.CharField("标题", max_length=300, blank=True)
    text = models.TextField("内容", blank=True)
    is_secret = models.BooleanField("含验证码", default=False)
    in_digest = models.BooleanField("并入每日汇总", default=False)
    address = models.ForeignKey("Address", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="号码")
    sealed = models.TextField("密文", blank=True)
    mask = models.CharField("号码（遮盖）", max_length=120, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.QUEUED)
    failure = models.CharField("失败原因", max_length=12, choices=Failure.choices, blank=True)
    detail = models.CharField("网关说明", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    reference = models.CharField("网关编号", max_length=100, blank=True)
    created_at = models.DateTimeField("时间")
    due_at = models.DateTimeField("发送时间")
    sent_at = models.DateTimeField("发出时间", null=True)
    delivered_at = models.DateTimeField("送达时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "外发"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN_STATES), name="notices_deliveries_due"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="notices_deliveries_by_ref"),
            models.Index(fields=["receiver", "-id"], name="notices_deliveries_of"),
            models.Index(fields=["created_at"], name="notices_deliveries_by_age"),  # retention
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.channel} {self.state}"
