"""Counts for the home page. Above `COUNTED` the exact number helps nobody and costs time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from yihu.hub.foundation.org.models import Appointment, Office, Post, User
from yihu.hub.foundation.org.selectors.reach import within

COUNTED = 1_000_000
# How Django marks that there is no password.
NO_PASSWORD = {"password__startswith": "!"}


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """What a system administrator keeps, today."""

    offices: int
    posts: int
    people: int
    not_activated: int
    waiting: int
    refused: int


def system_figures(user: Any, day: date) -> SystemFigures:
    """Six counts."""
    people = User.objects.filter(within(user, "org.people", "office__"), is_active=True)
    appointments = Appointment.objects.filter(within(user, "org.people", "post__office__"))
    return SystemFigures(
        offices=_count(Office.objects.on(day).filter(within(user, "org.people"))),
        posts=_count(Post.objects.on(day).filter(within(user, "org.people", "office__"))),
        people=_count(people),
        not_activated=_count(people.filter(**NO_PASSWORD)),
        waiting=_count(appointments.filter(confirmed_at__isnull=True, refused_at__isnull=True)),
        refused=_count(appointments.filter(refused_at__isnull=False, valid_to__isnull=True)),
    )


def _count(rows: QuerySet) -> int:
    return rows.order_by()[:COUNTED].count()
