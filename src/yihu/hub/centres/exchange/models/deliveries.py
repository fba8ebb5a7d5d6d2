"""Messages to outside systems, sent at least once, and the breaker that spares a system that is down."""

from django.db import models

from yihu.hub.centres.exchange.choices import DeliveryState
from yihu.hub.centres.exchange.models.systems import OutsideSystem


class Delivery(models.Model):
    """
    One message. It is written in the transaction of what it tells, so that it exists exactly if that happened.

    `claimed_until` is set before sending: a worker that dies leaves a claim that ends, and the message is sent again.
    `event_id` is the same at every try, so that the receiver can tell a repetition.
    """

    event_id = models.UUIDField("事件号", unique=True)
    system = models.ForeignKey(OutsideSystem, on_delete=models.PROTECT, related_name="deliveries", verbose_name="系统")
    event = models.CharField("事件", max_length=40)
    reference = models.CharField("对方标识", max_length=200, blank=True)
    url = models.CharField("地址", max_length=500)
    sealed = models.TextField()
    state = models.CharField("状态", max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    tries = models.PositiveIntegerField("次数", default=0)
    next_at = models.DateTimeField("下次发送")
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField("最近应答码", default=0)
    last_error = models.CharField("最近原因", max_length=300, blank=True)
    made_at = models.DateTimeField("产生时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "外发消息"
        indexes = [
            models.Index(
                fields=["next_at"], name="exchange_deliveries_due", condition=models.Q(state=DeliveryState.PENDING)
            ),  # what is due
            models.Index(fields=["-made_at"], name="exchange_deliveries"),  # the list
            models.Index(fields=["system", "-made_at"], name="exchange_deliveries_of"),  # one system's
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.reference}"


class Breaker(models.Model):
    """Consecutive failures towards a system; while it is open nothing is sent, then one message tries."""

    system = models.OneToOneField(OutsideSystem, on_delete=models.CASCADE, primary_key=True, related_name="breaker")
    failures = models.PositiveIntegerField("连续失败", default=0)
    open_until = models.DateTimeField("暂停至", null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.system_id} {self.failures}"
