"""Approval by a short message: who asked for it, the codes sent, and what came back."""

from django.db import models
from django.db.models import Q

from yihu.hub.centres.tasks.choices import ChallengeState, ReplyOutcome, Verdict
from yihu.hub.centres.tasks.models.todos import Todo, User


class SmsApprover(models.Model):
    """Somebody who wants to be asked by SMS; without this row none is sent."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField("开通时间")

    class Meta:
        verbose_name = verbose_name_plural = "短信审批开通"

    def __str__(self) -> str:
        return str(self.user)


class SmsChallenge(models.Model):
    """
    A code for one to-do and one approver, sent to the number registered then.

    `code_hash` is HMAC-SHA-256 (hex) under a secret; the code itself is not kept. `number_id` is the binding
    of person and number it was sent to. A code that five wrong ones locked is not used up: the task's path by SMS is
    shut, the page stays open.
    """

    todo = models.ForeignKey(Todo, on_delete=models.CASCADE, related_name="challenges", db_index=False)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    code_hash = models.CharField(max_length=64, db_index=True)
    number_id = models.BigIntegerField()
    issued_at = models.DateTimeField("发送时间")
    expires_at = models.DateTimeField("有效至")
    tries = models.PositiveSmallIntegerField("输错次数", default=0)
    state = models.CharField("状态", max_length=8, choices=ChallengeState.choices, default=ChallengeState.ISSUED)
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信审批码"
        ordering = ["-issued_at", "-id"]
        constraints = [
            # Among all that are live, so that a code that comes from another's phone is known for what it is.
            models.UniqueConstraint(fields=["code_hash"], condition=Q(state="ISSUED"), name="tasks_code_is_one_tasks"),
            models.UniqueConstraint(fields=["todo", "approver"], condition=Q(state="ISSUED"), name="tasks_one_code"),
        ]
        indexes = [
            models.Index(fields=["approver"], name="tasks_live_codes", condition=Q(state="ISSUED")),
            models.Index(fields=["todo"], name="tasks_codes_of_todo"),
        ]

    def __str__(self) -> str:
        return f"{self.todo_id} {self.get_state_display()}"


class SmsReply(models.Model):
    """A message that came in, by the gateway's own number: one that comes twice acts once. Its text is not kept."""

    message_id = models.CharField("网关消息号", max_length=120, unique=True)
    text_hash = models.CharField("原文摘要", max_length=64)
    received_at = models.DateTimeField("收到时间")
    challenge = models.ForeignKey(SmsChallenge, on_delete=models.SET_NULL, null=True, related_name="replies")
    verdict = models.CharField("意见", max_length=8, choices=Verdict.choices, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=ReplyOutcome.choices)

    class Meta:
        verbose_name = verbose_name_plural = "短信回复"
        ordering = ["-received_at", "-id"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.outcome}"
