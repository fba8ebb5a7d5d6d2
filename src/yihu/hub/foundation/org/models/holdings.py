"""Who holds a post, who stands in for whom, who is away."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yihu.hub.base.history import tracked
from yihu.hub.foundation.org.catalogue import permission_name
from yihu.hub.foundation.org.models.dated import Dated
from yihu.hub.foundation.org.models.offices import Post
from yihu.hub.foundation.org.models.people import User


def _names_of(permissions: list[str]) -> str:
    return "、".join(permission_name(p) for p in permissions)


@tracked()
class Appointment(Dated):
    """
    A person holds a post. It has no effect until a security administrator other than the appointer has confirmed it.

    With `deputy_for` it is a deputy's: it carries the duties of the post only while the principal is on leave or no
    longer holds the post.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments", verbose_name="人员")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments", verbose_name="岗位")
    is_primary = models.BooleanField("主岗", default=False)
    deputy_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name="替岗对象"
    )
    appointed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="任命经办人"
    )
    appointed_at = models.DateTimeField("任命时间")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    confirmed_at = models.DateTimeField("确认时间", null=True)
    refused_at = models.DateTimeField("退回时间", null=True)
    end_reason = models.CharField("终止原因", max_length=300, blank=True)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "任职"
        ordering = ["user", "valid_from", "id"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="org_appointment_two_people",
                condition=Q(confirmed_by__isnull=True)
                | Q(appointed_by__isnull=True)
                | ~Q(confirmed_by=F("appointed_by")),
            ),
        ]
        indexes = [
            # The security administrator's list of what waits.
            models.Index(
                fields=["appointed_at"],
                name="org_appointment_waiting",
                condition=Q(confirmed_at__isnull=True, refused_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.post}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


@tracked(words={"permissions": _names_of})
class Delegation(Dated):
    """
    One person's permissions, all or some, lent to another for a time. Only own posts are lent on, never borrowed ones.

    `takes_present_tasks` is the giver's choice whether work already assigned goes along; the tasks centre reads it.
    """

    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations_given", verbose_name="委托人")
    receiver = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="delegations_received", verbose_name="受托人"
    )
    everything = models.BooleanField("全部权限", default=True)
    permissions = ArrayField(models.CharField(max_length=60), verbose_name="所委托权限", default=list, blank=True)
    takes_present_tasks = models.BooleanField("含在办事项", default=False)
    reason = models.CharField("委托原因", max_length=300)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    made_at = models.DateTimeField("经办时间")
    revoked_at = models.DateTimeField("撤回时间", null=True)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "委托"
        ordering = ["-valid_from", "-id"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(name="org_delegation_two_people", condition=~Q(giver=F("receiver"))),
            models.CheckConstraint(name="org_delegation_ends", condition=Q(valid_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.receiver}"


@tracked(hidden=("delegation",))
class Leave(Dated):
    """A person is away; the substitute, when named, acts by a delegation of the same days."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="leaves", verbose_name="人员")
    substitute = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代办人"
    )
    delegation = models.OneToOneField(
        Delegation, on_delete=models.PROTECT, null=True, blank=True, related_name="leave", verbose_name="委托"
    )
    reason = models.CharField("事由", max_length=300, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    made_at = models.DateTimeField("经办时间")
    cancelled_at = models.DateTimeField("取消时间", null=True)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "休假"
        ordering = ["-valid_from", "-id"]

    def __str__(self) -> str:
        return f"{self.user} {self.valid_from}—{self.valid_to}"
