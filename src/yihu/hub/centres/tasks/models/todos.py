"""One person's place in a piece of work, whatever system it belongs to."""

from django.db import models
from django.db.models import F, Q

from yihu.hub.base.access import Label
from yihu.hub.centres.tasks.choices import ENDED, OPEN, TodoState, Urgency
from yihu.hub.centres.tasks.models.sources import Source

User = "org.User"


class Todo(models.Model):
    """
    A to-do. `key` names it within its source and is the same for everybody who has it; the source's `stamp`
    (any growing number, e.g. milliseconds) orders what it says.

    `title` is kept with the personal numbers in it hidden. `order_at` is by what the list is ordered: when it is due,
    earlier for urgent ones (see `services.putting.order_at`).
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, verbose_name="来源", db_index=False)
    key = models.CharField("来源内编号", max_length=120)
    receiver = models.ForeignKey(
        User, on_delete=models.PROTECT, verbose_name="办理人", related_name="todos", db_index=False
    )
    case_number = models.CharField("办件编号", max_length=60, blank=True)
    title = models.CharField("标题", max_length=200)
    kind = models.CharField("事项", max_length=60, blank=True)
    node = models.CharField("环节", max_length=100, blank=True)
    url = models.CharField("办理地址", max_length=500, blank=True)
    app_url = models.CharField("移动端地址", max_length=500, blank=True)
    office_code = models.CharField("主管税务机关", max_length=30, blank=True)
    label = models.PositiveSmallIntegerField("数据标签", choices=Label.choices, default=Label.INTERNAL)
    taxpayer_number = models.CharField("纳税人识别号", max_length=64, null=True, blank=True)
    initiator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, verbose_name="发起人", related_name="+", db_index=False
    )
    initiator_name = models.CharField("发起人姓名", max_length=60, blank=True)
    amount = models.DecimalField("金额", max_digits=18, decimal_places=2, null=True, blank=True)
    urgency = models.PositiveSmallIntegerField("缓急", choices=Urgency.choices, default=Urgency.NORMAL)
    due_at = models.DateTimeField("期限", null=True, blank=True)
    arrived_at = models.DateTimeField("到达时间")
    order_at = models.DateTimeField("排序时刻")
    read_at = models.DateTimeField("阅读时间", null=True)
    ended_at = models.DateTimeField("办理时间", null=True)
    state = models.CharField("状态", max_length=10, choices=TodoState.choices)
    stamp = models.BigIntegerField("来源时间戳")
    # Of what is told here (title, links …); what comes late for a to-do that ended meanwhile is still the newer word.
    content_stamp = models.BigIntegerField(default=0)
    low_risk = models.BooleanField("低风险", default=False)
    verdict = models.CharField("办理结果", max_length=60, blank=True)
    supervised = models.BooleanField("督办中", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "待办"
        ordering = ["order_at", "id"]
        constraints = [
            # Also serves settling by (source, key).
            models.UniqueConstraint(fields=["source", "key", "receiver"], name="tasks_one_each"),
            models.CheckConstraint(
                name="tasks_ended_has_time",
                condition=Q(state__in=sorted(ENDED), ended_at__isnull=False)
                | Q(state__in=sorted(OPEN), ended_at__isnull=True),
            ),
        ]
        indexes = [
            # 待办 in its order, its count, and the day on the home page.
            models.Index(F("receiver"), F("order_at"), name="tasks_pending", condition=Q(state="PENDING")),
            # 待阅, 抄送, 挂起: the latest first.
            models.Index(
                F("receiver"), F("state"), F("arrived_at").desc(), name="tasks_waiting",
                condition=Q(state__in=["TO_READ", "COPY", "SUSPENDED"]),
            ),
            # 已办, 办结: the latest first.
            models.Index(
                F("receiver"), F("state"), F("ended_at").desc(), name="tasks_ended",
                condition=Q(state__in=["DONE", "FINISHED", "WITHDRAWN"]),
            ),
            # 我发起.
            models.Index(
                F("initiator"), F("arrived_at").desc(), name="tasks_initiated", condition=Q(initiator__isnull=False)
            ),
            # All of one case: settle_all, and "the newest of its case" in 我发起.
            models.Index(F("source"), F("case_number"), F("id"), name="tasks_of_case", condition=~Q(case_number="")),
            # Reminders, and what is overdue among a chief's people.
            models.Index(F("due_at"), name="tasks_due", condition=Q(state="PENDING", due_at__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class EarlyEnding(models.Model):
    """
    An end that came before its beginning: messages of another system may overtake one another. It is applied when the
    to-do arrives, and forgotten after a month.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=120)
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=TodoState.choices)
    verdict = models.CharField(max_length=60, blank=True)
    stamp = models.BigIntegerField()
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "先到的办结"
        indexes = [models.Index(fields=["source", "key"], name="tasks_early_of_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.get_state_display()}"
