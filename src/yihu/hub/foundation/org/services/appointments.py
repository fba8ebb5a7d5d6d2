"""Appointments: made by a system administrator, confirmed by a security administrator, ended by days."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.models import Appointment, Post, User, in_effect
from yihu.hub.foundation.org.services.continuity import keeping_administrators
from yihu.hub.foundation.org.services.permits import day_of, permit, write
from yihu.hub.foundation.org.services.separation import check_people, lock_people


class UnableToAppointError(UnableTo):
    """The person or the post is not there on these days, or holds it already."""


class UnableToConfirmError(UnableTo):
    """Not by the appointer or the appointed, and only once."""


class UnableToEndAppointmentError(UnableTo):
    """It has ended by then."""


@transaction.atomic
def appoint(
    *,
    actor: User | None,
    now: datetime,
    user: User,
    post: Post,
    valid_from: date,
    valid_to: date | None = None,
    is_primary: bool = False,
    deputy_for: Appointment | None = None,
) -> Appointment:
    """
    Put a person forward for a post. Nothing is permitted by it until it is confirmed.

    :raises UnableToAppointError: see the class; nobody appoints themselves
    :raises WouldJoinControlError: they would hold what must stay apart, now or later
    """
    permit(actor, "org.people", post.office)
    if actor is not None and actor.pk == user.pk:
        raise UnableToAppointError("不能任命自己，请由另一名系统管理员办理")
    people = lock_people(user)
    _check(user, post, valid_from, valid_to, deputy_for)
    made = Appointment.objects.create(
        user=user, post=post, valid_from=valid_from, valid_to=valid_to, is_primary=is_primary, deputy_for=deputy_for,
        appointed_by=actor, appointed_at=now,
    )  # fmt: skip
    check_people(people, today=day_of(now))
    write(verb="appointment.make", actor=actor, target=f"account:{user.username}", name=str(user), after=_facts(made))
    return made


@transaction.atomic
def confirm_appointment(*, actor: User | None, now: datetime, appointment: Appointment) -> None:
    """
    Give an appointment its effect.

    :raises UnableToConfirmError: see the class
    :raises WouldJoinControlError: what has changed since it was made
    """
    permit(actor, "org.confirm", appointment.post.office)
    people = lock_people(appointment.user)
    appointment = _waiting(appointment)
    _check_second_person(actor, appointment)
    check_people(people, today=day_of(now))
    Appointment.objects.filter(pk=appointment.pk).update(confirmed_by=actor, confirmed_at=now)
    if appointment.is_primary:
        others = Appointment.objects.filter(user=appointment.user, is_primary=True).exclude(pk=appointment.pk)
        others.update(is_primary=False)
    settle_home_offices(today=day_of(now), user=appointment.user)
    write(
        verb="appointment.confirm", actor=actor, target=f"account:{appointment.user.username}",
        name=str(appointment.user), after=_facts(appointment),
    )  # fmt: skip


@transaction.atomic
def refuse_appointment(*, actor: User | None, now: datetime, appointment: Appointment, reason: str) -> None:
    """
    Send an appointment back; it never takes effect.

    :raises UnableToConfirmError: see the class
    """
    permit(actor, "org.confirm", appointment.post.office)
    lock_people(appointment.user)
    appointment = _waiting(appointment)
    _check_second_person(actor, appointment)
    Appointment.objects.filter(pk=appointment.pk).update(refused_at=now, end_reason=reason[:300])
    write(
        verb="appointment.send-back", actor=actor, target=f"account:{appointment.user.username}",
        name=str(appointment.user), before=_facts(appointment), reason=reason,
    )  # fmt: skip


@transaction.atomic
def end_appointment(
    *, actor: User | None, now: datetime, appointment: Appointment, effective_on: date, reason: str
) -> None:
    """
    End an appointment; what one lent by it ends as well.

    :raises UnableToEndAppointmentError: it has ended by then, or the day is past
    :raises LastAdministratorError: nobody would hold what somebody must
    """
    permit(actor, "org.people", appointment.post.office)
    lock_people(appointment.user)
    appointment.refresh_from_db()
    if effective_on < day_of(now):
        raise UnableToEndAppointmentError("终止日不能早于今天")
    if appointment.valid_to is not None and appointment.valid_to <= effective_on:
        raise UnableToEndAppointmentError(f"该任职已于 {appointment.valid_to} 终止")
    before = _facts(appointment)
    with keeping_administrators(effective_on):
        end = max(effective_on, appointment.valid_from)
        Appointment.objects.filter(pk=appointment.pk).update(valid_to=end, end_reason=reason[:300])
    settle_home_offices(today=day_of(now), user=appointment.user)
    write(
        verb="appointment.end", actor=actor, target=f"account:{appointment.user.username}", name=str(appointment.user),
        before=before, after={"valid_to": end}, reason=reason,
    )  # fmt: skip


def settle_home_offices(*, today: date, user: User | None = None) -> int:
    """
    Let people belong to the office of their primary post in effect today; says how many moved.

    Run each day for everybody, because a primary post may begin on any day.
    """
    primary = Appointment.objects.filter(in_effect(today), is_primary=True, confirmed_at__isnull=False)
    primary = primary.exclude(post__office_id=F("user__office_id"))
    if user is not None:
        primary = primary.filter(user=user)
    moved = list(primary.values_list("user_id", "post__office_id"))
    for user_id, office_id in moved:
        User.objects.filter(pk=user_id).update(office_id=office_id)
    return len(moved)


def _check(user: User, post: Post, start: date, end: date | None, deputy_for: Appointment | None) -> None:
    if not user.is_active or user.left_on is not None:
        raise UnableToAppointError(f"{user} 已停用或离岗，不能任命")
    if end is not None and end <= start:
        raise UnableToAppointError("任职的终止日必须晚于起始日")
    if not post.is_in_effect(start) or not post.office.is_in_effect(start):
        raise UnableToAppointError(f"{post.name} 在 {start} 不是有效岗位，请核对日期")
    same = Appointment.objects.filter(user=user, post=post, refused_at=None).on_or_after(start)
    if (same.filter(valid_from__lt=end) if end else same).exists():
        raise UnableToAppointError(f"{user} 在这段日期里已有该岗位的任职或待确认的任命")
    if deputy_for is not None and (deputy_for.post_id != post.pk or deputy_for.user_id == user.pk):
        raise UnableToAppointError("替岗对象必须是担任同一岗位的另一人")
    if deputy_for is not None and deputy_for.deputy_for_id is not None:
        raise UnableToAppointError("替岗对象自己也是替岗人，请选择正任")


def _waiting(appointment: Appointment) -> Appointment:
    found = Appointment.objects.select_related("user", "post__office").get(pk=appointment.pk)
    if found.confirmed_at or found.refused_at:
        raise UnableToConfirmError("该任命已经确认或退回，请刷新列表")
    return found


def _check_second_person(actor: User | None, appointment: Appointment) -> None:
    if actor is None:
        return
    if actor.pk == appointment.appointed_by_id:
        raise UnableToConfirmError("任命人不能确认自己的任命，请由另一名安全管理员办理")
    if actor.pk == appointment.user_id:
        raise UnableToConfirmError("不能确认自己的任职，请由另一名安全管理员办理")


def _facts(appointment: Appointment) -> dict[str, object]:
    return {
        "post": appointment.post.code,
        "office": appointment.post.office.code,
        "valid_from": appointment.valid_from,
        "valid_to": appointment.valid_to,
        "is_primary": appointment.is_primary,
        "deputy_for": appointment.deputy_for_id,
    }
