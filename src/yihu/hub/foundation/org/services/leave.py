"""Days away, with a substitute or without."""

from datetime import date, datetime, timedelta

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.models import Delegation, Leave, User
from yihu.hub.foundation.org.services.delegations import delegate
from yihu.hub.foundation.org.services.permits import day_of, permit_self_or, write


class UnableToTakeLeaveError(UnableTo):
    """The days overlap another leave, or somebody relies on this person in them."""


@transaction.atomic
def take_leave(
    *,
    actor: User | None,
    now: datetime,
    user: User,
    valid_from: date,
    valid_to: date | None,
    substitute: User | None = None,
    takes_present_tasks: bool = False,
    reason: str = "",
) -> Leave:
    """
    Write down days away; a substitute gets everything for these days. Deputies of the person act in them.

    :raises UnableToTakeLeaveError: see the class
    :raises UnableToDelegateError: the substitute does not fit
    """
    permit_self_or(actor, user, "org.people")
    if valid_to is None or valid_to <= valid_from:
        raise UnableToTakeLeaveError("休假必须有结束日，且晚于开始日")
    User.objects.select_related(None).select_for_update(no_key=True).get(pk=user.pk)
    check_free(user=user, valid_from=valid_from, valid_to=valid_to)
    lent = None
    if substitute is not None:
        lent = delegate(
            actor=actor, now=now, giver=user, receiver=substitute, valid_from=valid_from, valid_to=valid_to,
            reason=f"休假：{reason}" if reason else "休假", takes_present_tasks=takes_present_tasks,
        )  # fmt: skip
    made = Leave.objects.create(
        user=user, substitute=substitute, delegation=lent, valid_from=valid_from, valid_to=valid_to,
        reason=reason[:300], made_by=actor, made_at=now,
    )  # fmt: skip
    write(
        verb="leave.take", actor=actor, target=f"account:{user.username}", name=str(user), reason=reason,
        after={"valid_from": valid_from, "valid_to": valid_to,
               "substitute": substitute.username if substitute else ""},
    )  # fmt: skip
    return made


def check_free(*, user: User, valid_from: date, valid_to: date) -> None:
    """
    Whether nothing stands against these days away.

    :raises UnableToTakeLeaveError: they overlap another leave, or somebody relies on this person in them
    """
    same = Leave.objects.filter(user=user, cancelled_at=None, valid_from__lt=valid_to).on_or_after(valid_from).first()
    if same:
        last = same.valid_to - timedelta(days=1) if same.valid_to else None
        raise UnableToTakeLeaveError(
            f"{user} 在 {same.valid_from} 至 {last or '另行通知'} 已登记休假，请先取消或改日期"
        )
    relied = Delegation.objects.filter(receiver=user, revoked_at=None, valid_from__lt=valid_to).on_or_after(valid_from)
    first = relied.select_related("giver").first()
    if first:
        raise UnableToTakeLeaveError(f"这段日期里您正受 {first.giver.display_name} 委托，请先请对方收回委托")


@transaction.atomic
def cancel_leave(*, actor: User | None, now: datetime, leave: Leave) -> None:
    """
    Back before the end, or not going at all: the substitute's permissions end at once.

    :raises UnableToTakeLeaveError: it is over or was cancelled
    """
    permit_self_or(actor, leave.user, "org.people")
    if not Leave.objects.filter(pk=leave.pk, cancelled_at=None, valid_to__gt=day_of(now)).update(cancelled_at=now):
        raise UnableToTakeLeaveError("该休假已经结束或已经取消")
    Delegation.objects.filter(pk=leave.delegation_id, revoked_at=None).update(revoked_at=now)
    write(
        verb="leave.cancel", actor=actor, target=f"account:{leave.user.username}", name=str(leave.user),
        before={"valid_from": leave.valid_from, "valid_to": leave.valid_to},
    )  # fmt: skip
