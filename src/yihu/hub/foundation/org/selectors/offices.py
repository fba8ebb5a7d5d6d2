"""Reads of offices, posts and duties."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from yihu.hub.foundation.org.models import Duty, Office, OfficeChange, Post, User
from yihu.hub.foundation.org.selectors.reach import below, within


class NoSuchOfficeError(LookupError):
    """Unknown, or beyond the actor's reach: nobody learns which."""


def has_users() -> bool:
    """Say whether any account exists."""
    return User.objects.exists()


def find_office(code: str) -> Office | None:
    """The office of a code."""
    return Office.objects.filter(code=code).first()


def get_office(actor: Any, code: str, permission: str = "org.view") -> Office:
    """
    An office within reach.

    :raises NoSuchOfficeError: see the class
    """
    rows = Office.objects.select_related("parent", "merged_into").filter(within(actor, permission), code=code)
    found = rows.first()
    if found is None:
        raise NoSuchOfficeError(code)
    return found


def list_offices(
    actor: Any, *, under: Office | None = None, q: str = "", day: date | None = None, permission: str = "org.view"
) -> QuerySet[Office]:
    """
    Offices within reach in the order of the tree.

    :param under: this one and all below it only
    :param q: beginning of a code or of a name
    :param day: in effect on that day only
    """
    rows = Office.objects.filter(within(actor, permission)).order_by("path")
    if under is not None:
        rows = rows.filter(below(under.path))
    if day is not None:
        rows = rows.on(day)
    return rows.filter(Q(code__startswith=q) | Q(name__startswith=q)) if q else rows


def list_changes(actor: Any, *, office: Office | None = None) -> QuerySet[OfficeChange]:
    """Changes of offices within reach, done, due and cancelled, the latest first."""
    rows = OfficeChange.objects.select_related("office", "made_by").filter(within(actor, "org.view", "office__"))
    return rows.filter(office=office) if office is not None else rows


def list_posts(actor: Any, *, under: Office | None = None, day: date | None = None) -> QuerySet[Post]:
    """Posts of offices within reach, in the order of the tree."""
    rows = Post.objects.select_related("office", "department").filter(within(actor, "org.view", "office__"))
    rows = rows.filter(below(under.path, "office__")) if under is not None else rows
    return (rows.on(day) if day is not None else rows).order_by("office__path", "code")


def list_duties(day: date | None = None) -> QuerySet[Duty]:
    """All duties; the same in every office."""
    return Duty.objects.on_or_after(day) if day is not None else Duty.objects.all()
