"""Which resources a person may see, keep and book."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from psycopg.types.range import TimestamptzRange

from yihu.hub.foundation.org.api import User, within
from yihu.hub.subsystems.bookings.choices import LIVE, ResourceState
from yihu.hub.subsystems.bookings.models import Booking, Resource


def span(start: datetime, end: datetime) -> TimestamptzRange:
    """A half-open time as the table keeps it."""
    return TimestamptzRange(start, end, "[)")


def in_sight(user: User) -> Q:
    """Resources of offices within reach of `bookings.view`, and what the offices above the user's own share."""
    found = within(user, "bookings.view", "office__")
    office = getattr(user, "office", None)
    if office is not None:
        found |= Q(office=office) | Q(is_shared=True, office__code__in=office.ancestor_codes)
    return found


def list_resources(user: User, kind: str = "") -> QuerySet[Resource]:
    """What the user may look at; what is out of use for good is left out."""
    rows = Resource.objects.filter(in_sight(user)).exclude(state=ResourceState.RETIRED).select_related("office")
    return rows.filter(kind=kind) if kind else rows


def list_kept(user: User) -> QuerySet[Resource]:
    """What the user keeps, retired ones included."""
    return Resource.objects.filter(within(user, "bookings.keep", "office__")).select_related("office")


def list_bookable(user: User, kind: str) -> QuerySet[Resource]:
    """What the user could book now."""
    return list_resources(user, kind).filter(state=ResourceState.IN_SERVICE)


def find_bookable(user: User, code: str) -> Resource | None:
    """One resource by its code, whatever its state, if the user may see it."""
    return Resource.objects.filter(in_sight(user), code=code).select_related("office").first()


def busy(start: datetime, end: datetime, *, but: int | None = None) -> QuerySet[Booking]:
    """Live bookings that touch a time; `but` leaves one out (the one to be moved)."""
    return Booking.objects.filter(state__in=LIVE, during__overlap=span(start, end)).exclude(pk=but)


def list_free(user: User, kind: str, start: datetime, end: datetime, *, people: int = 1) -> QuerySet[Resource]:
    """Bookable resources with enough seats and nothing in that time, the best fitting first."""
    taken = busy(start, end).values("resource_id")
    rows = list_bookable(user, kind).filter(capacity__gte=people).exclude(pk__in=taken)
    return rows.order_by("capacity", "code")


def name_all(rows: Iterable[Any], most: int = 4) -> str:
    """Resources in words, the first few by name."""
    found = list(rows[: most + 1] if isinstance(rows, QuerySet) else rows)
    said = "、".join(str(one) for one in found[:most])
    return f"{said}等" if len(found) > most else said
