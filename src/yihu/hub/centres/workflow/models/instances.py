"""A running process and its tokens."""

from django.db import models
from django.db.models import Q

from yihu.hub.base.access import Label
from yihu.hub.centres.workflow.choices import LIVE, InstanceState, TokenState


class Instance(models.Model):
    """
    One run of a process for one subject.

    `root` is the instance at the top of called processes (None: this one); its row is what an act locks. `revision`
    counts changes of the data, `acts` is the number of the last act, `stamp` the last one given to a to-do. `passed`
    counts how often each node and flow was passed: as large as the drawing, whatever the number of rounds. `outcome` is
    the end event that was reached, or the state in which it ended otherwise. No verdict stands here: verdicts are of
    assignments.
    """

    version = models.ForeignKey("workflow.ProcessVersion", on_delete=models.PROTECT, related_name="instances")
    state = models.CharField("状态", max_length=10, choices=InstanceState.choices, default=InstanceState.RUNNING)
    subject_kind = models.CharField("主体种类", max_length=30)
    subject_number = models.CharField("编号", max_length=60)
    subject_title = models.CharField("标题", max_length=200)
    subject_url = models.CharField("地址", max_length=300, blank=True)
    office_code = models.CharField("机关", max_length=30)
    label = models.PositiveSmallIntegerField("数据标签", choices=Label.choices, default=Label.INTERNAL)
    taxpayer_number = models.CharField("纳税人识别号", max_length=64, null=True, blank=True)  # noqa: DJ001 (none is none)
    initiator = models.ForeignKey("org.User", on_delete=models.PROTECT, related_name="+", verbose_name="发起人")
    data = models.JSONField("内容", default=dict)
    revision = models.PositiveIntegerField("内容版本", default=1)
    acts = models.PositiveIntegerField("操作数", default=0)
    stamp = models.PositiveBigIntegerField("待办序号", default=0)
    passed = models.JSONField("走过", default=dict)
    root = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    caller = models.ForeignKey("workflow.Token", on_delete=models.PROTECT, null=True, related_name="called")
    outcome = models.CharField("结果", max_length=80, blank=True)
    started_at = models.DateTimeField("发起时间")
    ended_at = models.DateTimeField("办结时间", null=True)
    suspended_at = models.DateTimeField("挂起时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程实例"
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(fields=["version", "state"], name="workflow_instances_of_version"),
            models.Index(fields=["subject_kind", "subject_number"], name="workflow_instance_of_subject"),
            models.Index(fields=["office_code", "-started_at"], name="workflow_instances_of_office"),
            models.Index(fields=["initiator", "-started_at"], name="workflow_started_by"),
            models.Index(fields=["root"], name="workflow_instances_called", condition=Q(root__isnull=False)),
            # The managers' list of what runs.
            models.Index(fields=["-started_at"], name="workflow_instances_live", condition=Q(state__in=LIVE)),
        ]

    def __str__(self) -> str:
        return f"{self.subject_number} {self.subject_title}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class Token(models.Model):
    """
    Where a process stands. A row moves along the flows; a split makes more, a join uses them up.

    `parent` waits at a sub-process for the tokens inside it. `edge_id` is the flow by which it came to a join;
    `outcome` the last verdict on its way; `back_to` where it goes straight after a return; `last_step` the step it left
    last, and `has_effect` whether an automatic task ran since then.
    """

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="tokens")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="inner")
    node_id = models.CharField("节点", max_length=80)
    edge_id = models.CharField("连线", max_length=80, blank=True)
    state = models.CharField("状态", max_length=8, choices=TokenState.choices, default=TokenState.WORKING)
    outcome = models.CharField("结论", max_length=20, blank=True)
    back_to = models.CharField("直送", max_length=80, blank=True)
    last_step = models.ForeignKey(
        "workflow.Step", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    has_effect = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "流程令牌"
        indexes = [
            models.Index(fields=["instance"], name="workflow_tokens_live", condition=~Q(state=TokenState.GONE)),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.state}"
