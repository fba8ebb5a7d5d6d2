"""Somebody leaves for good: all they hold ends the same day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.models import (
    ActivationCode,
    Appointment,
    Delegation,
    GridMember,
    Leave,
    User,
)
from yihu.hub.foundation.org.services.continuity import keeping_administrators
from yihu.hub.foundation.org.services.permits import day_of, permit, write
from yihu.hub.foundation.org.services.separation import lock_people

_handlers: list[Callable[[User], None]] = []


class UnableToLeaveError(UnableTo):
    """They have left already, or the day is past, or it is oneself."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """What somebody held when they left, for whoever takes over."""

    posts: tuple[str, ...]
    grids: tuple[str, ...]
    lent_to: tuple[str, ...]
    lent_by: tuple[str, ...]


def when_leaving(handler: Callable[[User], None]) -> None:
    """Have `handler` called, in the same transaction, when an account is shut: to end sessions, tokens, tasks."""
    if handler not in _handlers:
        _handlers.append(handler)


@transaction.atomic
def leave_for_good(*, actor: User | None, now: datetime, user: User, effective_on: date, reason: str) -> HandOver:
    """
    End a person's appointments, delegations both ways, leaves and grids on a day, and sign-in and sessions with it.

    :raises UnableToLeaveError: see the class
    :raises LastAdministratorError: nobody would hold what somebody must
    """
    permit(actor, "org.people", user.office)
    if actor is not None and actor.pk == user.pk:
        raise UnableToLeaveError("不能办理自己的离岗，请由另一名系统管理员办理")
    lock_people(user)
    user.refresh_from_db(fields=["left_on", "is_active"])
    if user.left_on is not None:
        raise UnableToLeaveError(f"{user} 已办理 {user.left_on} 离岗")
    if effective_on < day_of(now):
        raise UnableToLeaveError("离岗日不能早于今天")
    held = _held(user, effective_on)
    with keeping_administrators(effective_on):
        _end_all(user, effective_on, now, reason)
    User.objects.filter(pk=user.pk).update(left_on=effective_on)
    user.left_on = effective_on
    if effective_on == day_of(now):
        _shut(user)
    write(
        verb="account.leave", actor=actor, target=f"account:{user.username}", name=str(user), reason=reason,
        before={"posts": held.posts, "grids": held.grids, "lent_to": held.lent_to, "lent_by": held.lent_by},
        after={"left_on": effective_on},
    )  # fmt: skip
    return held


def shut_accounts_of_leavers(*, now: datetime) -> int:
    """Shut the accounts whose day of leaving has come; says how many. Their grants ended by their own days."""
    due = User.objects.filter(is_active=True, left_on__lte=day_of(now))
    with transaction.atomic():
        found = list(due.select_related(None).select_for_update(no_key=True))
        for user in found:
            _shut(user)
            write(verb="account.shut", actor=None, target=f"account:{user.username}", name=str(user))
    return len(found)


def _held(user: User, day: date) -> HandOver:
    posts = Appointment.objects.filter(user=user, refused_at=None).on_or_after(day).select_related("post__office")
    grids = GridMember.objects.filter(user=user).on_or_after(day).select_related("grid")
    lent = Delegation.objects.filter(Q(giver=user) | Q(receiver=user), revoked_at=None).on_or_after(day)
    lent = list(lent.select_related("giver", "receiver"))
    return HandOver(
        posts=tuple(f"{a.post.office.name} {a.post.name}" for a in posts),
        grids=tuple(str(m.grid) for m in grids),
        lent_to=tuple(str(d.receiver) for d in lent if d.giver_id == user.pk),
        lent_by=tuple(str(d.giver) for d in lent if d.receiver_id == user.pk),
    )


def _end_all(user: User, day: date, now: datetime, reason: str) -> None:
    later = Q(valid_to=None) | Q(valid_to__gt=day)
    for rows in (
        Appointment.objects.filter(later, user=user),
        GridMember.objects.filter(later, user=user),
        Delegation.objects.filter(later, Q(giver=user) | Q(receiver=user), revoked_at=None),
        Leave.objects.filter(later, user=user, cancelled_at=None),
    ):
        rows.filter(valid_from__gt=day).update(valid_to=F("valid_from"))
        rows.filter(valid_from__lte=day).update(valid_to=day)
    Appointment.objects.filter(user=user, end_reason="").update(end_reason=reason[:300])
    ActivationCode.objects.filter(user=user, used_at=None, withdrawn_at=None).update(withdrawn_at=now)


def _shut(user: User) -> None:
    """
    No sign-in from now on. An unusable password changes the hash every session is bound to, so all sessions end.
    """
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    user.forget_grants()
    for handler in _handlers:
        handler(user)
