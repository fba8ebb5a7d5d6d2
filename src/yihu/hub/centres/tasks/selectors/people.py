"""Whose to-dos a person handles: their own, and those of people they stand in for."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from yihu.hub.centres.tasks.choices import TodoState
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.foundation.org.api import Delegation, User, list_delegations

PERMISSION = "tasks.self"
LENT_STATES = (TodoState.PENDING, TodoState.TO_READ)


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody for whom another acts: what arrived since the day, or everything that is open."""

    user: User
    since: datetime | None

    @property
    def condition(self) -> Q:
        mine = Q(receiver=self.user, state__in=LENT_STATES)
        return mine if self.since is None else mine & Q(arrived_at__gte=self.since)


def principals_of(user: User, day: date | None = None) -> list[Principal]:
    """
    Those whose to-dos go to this stand-in today. One query.

    What arrives while a delegation lasts goes along when it lends everything or 本人待办; what was there before
    only when the giver said so (`takes_present_tasks`).
    """
    found: dict[int, Principal] = {}
    lent = list_delegations(day or timezone.localdate()).filter(receiver=user)
    for one in lent.filter(Q(everything=True) | Q(permissions__contains=[PERMISSION]) | Q(takes_present_tasks=True)):
        known = found.get(one.giver_id)
        if known is None or (known.since is not None and one.takes_present_tasks):
            found[one.giver_id] = Principal(one.giver, _since(one))
    return list(found.values())


def _since(one: Delegation) -> datetime | None:
    if one.takes_present_tasks:
        return None
    return max(one.made_at, timezone.make_aware(datetime.combine(one.valid_from, time.min)))


def may_handle(actor: User, todo: Todo) -> bool:
    """Whether the to-do is the actor's own, or lent to them now."""
    if not actor.is_active or not actor.holds(PERMISSION):
        return False
    if todo.receiver_id == actor.pk:
        return True
    if todo.state not in LENT_STATES:
        return False
    return any(
        p.user.pk == todo.receiver_id and (p.since is None or todo.arrived_at >= p.since) for p in principals_of(actor)
    )
