"""Items that could not be taken, kept with the reason until somebody takes them again or gives them up."""

from django.db import models

from yihu.hub.centres.exchange.choices import LetterState
from yihu.hub.centres.exchange.models.systems import USER, OutsideSystem


class DeadLetter(models.Model):
    """
    One item refused. The same item refused again is the same letter with one more try.

    `sealed` is the item as JSON under SM4-GCM: it may name people. `reference` is the sender's own key of it.
    """

    system = models.ForeignKey(OutsideSystem, on_delete=models.PROTECT, related_name="letters", verbose_name="系统")
    operation = models.CharField("操作", max_length=40)
    reference = models.CharField("对方标识", max_length=200)
    code = models.CharField("问题代码", max_length=20)
    reason = models.CharField("原因", max_length=300)
    sealed = models.TextField()
    tries = models.PositiveIntegerField("次数", default=1)
    state = models.CharField("状态", max_length=10, choices=LetterState.choices, default=LetterState.OPEN)
    first_at = models.DateTimeField("首次退回")
    last_at = models.DateTimeField("最近退回")
    closed_at = models.DateTimeField("处理时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="处理人"
    )
    note = models.CharField("处理说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退件"
        constraints = [
            models.UniqueConstraint(
                fields=["system", "operation", "reference"],
                condition=models.Q(state=LetterState.OPEN),
                name="exchange_one_open_letter",
            )
        ]
        indexes = [models.Index(fields=["state", "-last_at"], name="exchange_letters")]  # the list, open ones first

    def __str__(self) -> str:
        return f"{self.operation} {self.reference}"
