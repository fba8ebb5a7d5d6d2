"""Reads of people: what they hold, lend, borrow, and when they are away."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from yihu.hub.foundation.administration.selectors.offices import appointments
from yihu.hub.foundation.org.models import (
    Appointment,
    Delegation,
    GridMember,
    Leave,
    Office,
    PostDuty,
    User,
    in_effect,
)
from yihu.hub.foundation.org.selectors.reach import within

SUGGESTED = 12


def list_people(user: Any, permission: str) -> QuerySet[User]:
    """People of the offices within reach."""
    return User.objects.filter(within(user, permission, "office__"))


def people_below(office: Office) -> QuerySet[User]:
    """People of an office and of all below it."""
    return User.objects.filter(office__path__startswith=office.path)


def by_name_or_account(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """Both by their beginning, so that an index serves 800,000 rows."""
    return rows.filter(Q(username__startswith=text) | Q(display_name__startswith=text))


def suggest_people(user: Any, text: str) -> list[User]:
    """Active people within reach by the beginning of name or account."""
    found = list_people(user, "org.view").filter(is_active=True)
    return list(by_name_or_account(found, text).order_by("username")[:SUGGESTED]) if text else []


def colleagues_of(user: Any, text: str) -> list[User]:
    """Active people of the same office, or anywhere by exact account: whom one may lend to."""
    found = User.objects.filter(is_active=True).exclude(pk=user.pk)
    near = by_name_or_account(found.filter(office=user.office), text) if text else found.filter(office=user.office)
    return list(near.order_by("username")[:SUGGESTED])


def find_colleague(code: str) -> User | None:
    """An active person by account."""
    return User.objects.filter(is_active=True, username__iexact=code).first()


def appointments_of(person: User) -> QuerySet[Appointment]:
    return appointments(Appointment.objects.filter(user=person))


def delegations_of(person: User) -> QuerySet[Delegation]:
    """Given and received."""
    return list_delegations().filter(Q(giver=person) | Q(receiver=person))


def list_delegations() -> QuerySet[Delegation]:
    return Delegation.objects.select_related("giver", "receiver", "made_by")


def leaves_of(person: User) -> QuerySet[Leave]:
    return Leave.objects.filter(user=person).select_related("substitute", "made_by")


def grids_of_person(person: User) -> QuerySet[GridMember]:
    return GridMember.objects.filter(user=person).select_related("grid__office")


def present_appointments(person: User, day: date) -> list[Appointment]:
    """Confirmed and in effect."""
    return list(
        appointments_of(person).filter(in_effect(day), confirmed_at__isnull=False).order_by("-is_primary", "pk")
    )


def waiting_appointments(user: Any, permission: str) -> QuerySet[Appointment]:
    """Appointments within reach that nobody has confirmed or sent back, the oldest first."""
    waiting = Appointment.objects.filter(
        within(user, permission, "post__office__"), confirmed_at__isnull=True, refused_at__isnull=True
    )
    return appointments(waiting)


def waiting_with_duties(user: Any, permission: str, day: date) -> QuerySet[Appointment]:
    """The same, each post with the `present_duties` that the appointment would bring."""
    duties = PostDuty.objects.filter(in_effect(day)).select_related("duty")
    given = Prefetch("post__duties", duties, to_attr="present_duties")
    return waiting_appointments(user, permission).prefetch_related(given)
