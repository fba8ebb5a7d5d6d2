"""Activations of user tasks, and the places of people in them."""

from django.db import models
from django.db.models import F, Q

from yihu.hub.centres.workflow.choices import AssignmentState, Mode, Origin, StepState, Verb


class Step(models.Model):
    """
    One activation of a user task; a task that is reached again gets another row.

    At the start event's node a step is the initiator's, after a return to them. `round` counts the activations.
    """

    instance = models.ForeignKey("workflow.Instance", on_delete=models.PROTECT, related_name="steps")
    token = models.ForeignKey("workflow.Token", on_delete=models.PROTECT, related_name="steps", db_index=False)
    node_id = models.CharField("节点", max_length=80)
    name = models.CharField("环节", max_length=100)
    round = models.PositiveIntegerField("次数", default=1)
    mode = models.CharField("办理方式", max_length=10, choices=Mode.choices, default=Mode.ANY)
    percent = models.PositiveSmallIntegerField("比例", default=100)
    state = models.CharField("状态", max_length=10, choices=StepState.choices, default=StepState.OPEN)
    note = models.CharField("说明", max_length=200, blank=True)
    opened_at = models.DateTimeField("到达时间")
    due_at = models.DateTimeField("期限", null=True)
    closed_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程环节"
        ordering = ["instance", "id"]
        indexes = [
            models.Index(fields=["instance", "node_id", "-id"], name="workflow_steps_of_node"),
            models.Index(fields=["due_at"], name="workflow_steps_due", condition=Q(state=StepState.OPEN)),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """
    One person's place in a step. The verdict stands here and nowhere else.

    Those of one `seat` decide together: who was transferred to, who signs before and after, who was asked to look.
    `turn` orders seats when they come one after the other. `parent` is whom somebody was added to; `acted_by` who acted
    when it was a stand-in.
    """

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="assignments")
    assignee = models.ForeignKey("org.User", on_delete=models.PROTECT, related_name="+", verbose_name="办理人")
    acted_by = models.ForeignKey("org.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    added_by = models.ForeignKey("org.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="added", db_index=False)
    origin = models.CharField("来由", max_length=10, choices=Origin.choices, default=Origin.CANDIDATE)
    seat = models.PositiveIntegerField("席位")
    turn = models.PositiveIntegerField("次序", default=0)
    state = models.CharField("状态", max_length=8, choices=AssignmentState.choices, default=AssignmentState.WAITING)
    verdict = models.CharField("结论", max_length=20, choices=Verb.choices, blank=True)
    opinion = models.CharField("意见", max_length=2000, blank=True)
    opened_at = models.DateTimeField("到达时间", null=True)
    closed_at = models.DateTimeField("办理时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理"
        ordering = ["step", "id"]
        indexes = [
            models.Index(fields=["assignee", "-id"], name="workflow_of_assignee"),
        ]
        constraints = [
            # Nobody sits twice in one step at the same time.
            models.UniqueConstraint(
                fields=["step", "assignee"], name="workflow_one_place_a_step",
                condition=Q(state__in=[AssignmentState.WAITING, AssignmentState.OPEN]),
            ),
            models.CheckConstraint(
                name="workflow_done_has_verdict",
                condition=~Q(state=AssignmentState.DONE) | ~Q(verdict=""),
            ),
            models.CheckConstraint(name="workflow_not_own_parent", condition=~Q(parent=F("id"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.step} {self.assignee}"

    @property
    def is_pending(self) -> bool:
        return self.state in {AssignmentState.WAITING, AssignmentState.OPEN}
