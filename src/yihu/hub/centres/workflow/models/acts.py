"""The trail: every act on an instance, who has a part in it, and who was sent a copy."""

import pgtrigger
from django.db import models

from yihu.hub.centres.workflow.choices import Verb

TONES = {
    Verb.START: "on", Verb.AGREE: "on", Verb.END: "on", Verb.RETURN_TO: "wait", Verb.URGE: "wait", Verb.TIMEOUT: "wait",
    Verb.REFUSE: "stop", Verb.INCIDENT: "stop", Verb.TERMINATE: "stop", Verb.WITHDRAW: "stop",
}  # fmt: skip


class Act(models.Model):
    """
    One act. Never changed, never deleted.

    `actor` is None for the clock and the engine; `on_behalf_of` is whose place it was when a stand-in acted. `people`
    are accounts and names, `changes` the fields of the data before and after.
    """

    instance = models.ForeignKey("workflow.Instance", on_delete=models.PROTECT, related_name="trail", db_index=False)
    number = models.PositiveIntegerField("序号")
    verb = models.CharField("操作", max_length=20, choices=Verb.choices)
    step = models.ForeignKey("workflow.Step", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    assignment = models.ForeignKey(
        "workflow.Assignment", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    node_id = models.CharField("节点", max_length=80, blank=True)
    node_name = models.CharField("环节", max_length=100, blank=True)
    to_node_id = models.CharField("去向", max_length=80, blank=True)
    to_node_name = models.CharField("去向环节", max_length=100, blank=True)
    actor = models.ForeignKey("org.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    on_behalf_of = models.ForeignKey(
        "org.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="代谁办理", db_index=False
    )
    people = models.JSONField("涉及人员", default=list)
    opinion = models.CharField("意见", max_length=2000, blank=True)
    changes = models.JSONField("内容变更", default=dict)
    channel = models.CharField("渠道", max_length=10, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["instance", "number"]
        constraints = [models.UniqueConstraint(fields=["instance", "number"], name="workflow_act_number")]
        triggers = [pgtrigger.Protect(name="workflow_act_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {self.get_verb_display()}"

    @property
    def tone(self) -> str:
        """The tone of its mark on a page."""
        return TONES.get(Verb(self.verb), "off")

    @property
    def by_sms(self) -> bool:
        """Whether it was said by SMS, without a look at the page: the trail tells it."""
        return self.channel == "SMS"


class Party(models.Model):
    """Who has a part in an instance or in what it called, and so may read it: by the instance at the top."""

    instance = models.ForeignKey("workflow.Instance", on_delete=models.PROTECT, related_name="parties", db_index=False)
    user = models.ForeignKey("org.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "参与人"
        constraints = [models.UniqueConstraint(fields=["instance", "user"], name="workflow_one_party_each")]

    def __str__(self) -> str:
        return f"{self.instance_id} {self.user_id}"


class Copy(models.Model):
    """Somebody was sent a copy: they may read the instance, and nothing more."""

    instance = models.ForeignKey("workflow.Instance", on_delete=models.PROTECT, related_name="copies", db_index=False)
    receiver = models.ForeignKey("org.User", on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("org.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    sent_at = models.DateTimeField("抄送时间")

    class Meta:
        verbose_name = verbose_name_plural = "抄送"
        constraints = [models.UniqueConstraint(fields=["instance", "receiver"], name="workflow_one_copy_each")]

    def __str__(self) -> str:
        return f"{self.instance_id} → {self.receiver}"
