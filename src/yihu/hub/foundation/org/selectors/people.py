"""Reads of people and of what they hold."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from yihu.hub.foundation.audit.selectors.records import RecordFilter, list_records
from yihu.hub.foundation.org.models import Appointment, Delegation, GridMember, Leave, Office, User
from yihu.hub.foundation.org.selectors.reach import below, within

# A list says "more than" beyond this: counting all of 800,000 people costs more than showing fifty.
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that one person holds on a day, and what waits."""

    appointments: tuple[Appointment, ...]
    given: tuple[Delegation, ...]
    received: tuple[Delegation, ...]
    leaves: tuple[Leave, ...]
    grids: tuple[GridMember, ...]


def list_people(
    actor: Any,
    *,
    under: Office | None = None,
    q: str = "",
    with_leavers: bool = False,
    permission: str = "org.view",
) -> QuerySet[User]:
    """
    People of offices within reach, office by office in the order of the tree.

    The order is that of two indexes (path of the office; office and account), so that the first page reads the first
    offices only, whatever the size of the tree.

    :param q: an account, or the beginning of an account or a name
    """
    rows = User.objects.filter(within(actor, permission, "office__"))
    if under is not None:
        rows = rows.filter(below(under.path, "office__"))
    if not with_leavers:
        rows = rows.filter(is_active=True)
    if q:
        rows = rows.filter(Q(username__startswith=q) | Q(display_name__startswith=q))
    return rows.order_by("office__path", "username")


def count_up_to(rows: QuerySet[Any], most: int = COUNTED) -> tuple[int, bool]:
    """How many, and whether there are more than `most`, at which counting stops."""
    found = rows.order_by()[: most + 1].count()
    return min(found, most), found > most


def list_holdings(user: User, day: date) -> Holdings:
    """Everything in effect on the day or later, pending appointments included. Five queries."""
    appointments = Appointment.objects.filter(user=user, refused_at=None).on_or_after(day)
    lent = Delegation.objects.filter(revoked_at=None).on_or_after(day).select_related("giver", "receiver")
    return Holdings(
        appointments=tuple(appointments.select_related("post__office", "deputy_for__user")),
        given=tuple(lent.filter(giver=user)),
        received=tuple(lent.filter(receiver=user)),
        leaves=tuple(Leave.objects.filter(user=user, cancelled_at=None).on_or_after(day).select_related("substitute")),
        grids=tuple(GridMember.objects.filter(user=user).on_or_after(day).select_related("grid__office")),
    )


def list_waiting_appointments(actor: Any) -> QuerySet[Appointment]:
    """What waits for this security administrator's word: within reach, and not of their own making, oldest first."""
    rows = Appointment.objects.filter(
        within(actor, "org.confirm", "post__office__"), confirmed_at=None, refused_at=None
    )
    if actor is not None:
        rows = rows.exclude(appointed_by=actor).exclude(user=actor)
    return rows.select_related("user__office", "post__office", "appointed_by").order_by("appointed_at")


def list_delegations(day: date) -> QuerySet[Delegation]:
    """Delegations in effect on a day; `takes_present_tasks` says whether work already assigned goes along."""
    return Delegation.objects.filter(revoked_at=None, giver__is_active=True).on(day).select_related("giver", "receiver")


def stand_ins_of(user: User, day: date, permission: str | None = None) -> list[Delegation]:
    """Who acts for a person on a day, for all or for one permission: what the tasks centre asks."""
    rows = list_delegations(day).filter(giver=user)
    if permission is not None:
        rows = rows.filter(Q(everything=True) | Q(permissions__contains=[permission]))
    return list(rows)


def is_away(user: User, day: date) -> bool:
    """Whether the person is on leave that day."""
    return Leave.objects.filter(user=user, cancelled_at=None).on(day).exists()


def history_of(target: str) -> QuerySet[Any]:
    """What was done to one thing, the latest first: `office:1440300`, `post:…`, `duty:…`, `account:zhang`, `grid:…`."""
    return list_records(RecordFilter(thing=target))
