"""When something is free: the calendar of a day or week, and the next free times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from yihu.hub.foundation.org.api import User, within
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.selectors.resources import busy, list_resources

# What a page shows of a day; a booking may lie outside, it is then cut at the edge.
OPENS, CLOSES = time(8), time(20)
STEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Block:
    """One booking on the strip of a day: its first half-hour (1 …) and how many it covers; `is_open` may be read."""

    booking: Booking
    column: int
    columns: int
    title: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One resource on one day."""

    resource: Resource
    day: date
    blocks: tuple[Block, ...]


def edges(day: date) -> tuple[datetime, datetime]:
    """The part of a day that is shown."""
    zone = timezone.get_current_timezone()
    return datetime.combine(day, OPENS, zone), datetime.combine(day, CLOSES, zone)


def rows_of_day(user: User, kind: str, day: date) -> list[Row]:
    """Every resource of a kind with its bookings of one day; two queries."""
    resources = list(list_resources(user, kind))
    found = _by_resource(resources, *edges(day))
    mine = set(Resource.objects.filter(within(user, "bookings.view", "office__")).values_list("pk", flat=True))
    return [Row(r, day, _blocks(found.get(r.pk, []), day, user, mine)) for r in resources]


def rows_of_week(user: User, resource: Resource, monday: date) -> list[Row]:
    """One resource over seven days."""
    days = [monday + timedelta(days=n) for n in range(7)]
    found = _by_resource([resource], edges(days[0])[0], edges(days[-1])[1]).get(resource.pk, [])
    mine = {resource.pk} if user.reaches("bookings.view", resource.office) else set()
    return [Row(resource, day, _blocks(found, day, user, mine)) for day in days]


def _by_resource(resources: list[Resource], start: datetime, end: datetime) -> dict[int, list[Booking]]:
    found: dict[int, list[Booking]] = {}
    rows = busy(start, end).filter(resource__in=resources).select_related("booked_for__office").order_by("during")
    for one in rows:
        found.setdefault(one.resource_id, []).append(one)
    return found


def _blocks(bookings: list[Booking], day: date, user: User, mine: set[int]) -> tuple[Block, ...]:
    start, end = edges(day)
    found = []
    for one in bookings:
        low, high = max(one.during.lower, start), min(one.during.upper, end)
        if low < high:
            is_open = one.booked_for_id == user.pk or one.resource_id in mine
            first, last = (low - start) // STEP, -((start - high) // STEP)
            found.append(Block(one, first + 1, last - first, one.title if is_open else "已占用", is_open))
    return tuple(found)


def next_free(
    resource: Resource, start: datetime, end: datetime, *, but: int | None = None
) -> list[tuple[datetime, datetime]]:
    """Up to three other times of the same length on the same day, within opening hours, nearest first."""
    day = timezone.localtime(start).date()
    opens, closes = edges(day)
    length = end - start
    taken = [(b.during.lower, b.during.upper) for b in busy(opens, closes, but=but).filter(resource=resource)]
    free = [
        (at, at + length) for at in _steps(opens, closes - length)
        if all(at >= high or at + length <= low for low, high in taken)
    ]  # fmt: skip
    nearest = sorted(free, key=lambda slot: (abs(slot[0] - start), slot[0]))
    chosen: list[tuple[datetime, datetime]] = []
    for slot in nearest:
        if all(slot[0] >= high or slot[1] <= low for low, high in chosen):
            chosen.append(slot)
        if len(chosen) == 3:
            break
    return sorted(chosen)


def _steps(at: datetime, last: datetime) -> Iterator[datetime]:
    while at <= last:
        yield at
        at += STEP


def list_own(user: User) -> QuerySet[Booking]:
    """A person's own bookings, whatever became of them."""
    return Booking.objects.filter(booked_for=user).select_related("resource__office", "trip")


def list_within(user: User) -> QuerySet[Booking]:
    """Bookings of resources the user keeps."""
    rows = Booking.objects.filter(within(user, "bookings.keep", "resource__office__"))
    return rows.select_related("resource__office", "booked_for", "trip")
