"""The rows of each list: own ones, those of people one stands in for, those of a chief's people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from yihu.hub.base.access import scope_for
from yihu.hub.centres.tasks.choices import TodoState
from yihu.hub.centres.tasks.models import Source, Supervision, Todo
from yihu.hub.centres.tasks.selectors.people import Principal
from yihu.hub.foundation.org.api import User, within

SUPERVISE = "tasks.supervise"
OPEN_WORK = (TodoState.PENDING, TodoState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Mine:
    """Whose lists are shown: the person, and those they stand in for today."""

    user: User
    principals: tuple[Principal, ...] = ()

    def lent(self) -> Q:
        return reduce(or_, (p.condition for p in self.principals), Q(pk__in=()))

    def pending(self) -> QuerySet[Todo]:
        """待办: own and lent, by limit and urgency."""
        wanted = Q(receiver=self.user) | self.lent() if self.principals else Q(receiver=self.user)
        return _told(Todo.objects.filter(wanted, state=TodoState.PENDING)).order_by("order_at", "id")

    def to_read(self) -> QuerySet[Todo]:
        wanted = Q(receiver=self.user) | self.lent() if self.principals else Q(receiver=self.user)
        return _told(Todo.objects.filter(wanted, state=TodoState.TO_READ)).order_by("-arrived_at", "-id")

    def in_state(self, state: TodoState) -> QuerySet[Todo]:
        """已办, 办结, 抄送, 挂起: own ones, the latest first."""
        order = "-arrived_at" if state in {TodoState.COPY, TodoState.SUSPENDED} else "-ended_at"
        return _told(Todo.objects.filter(receiver=self.user, state=state)).order_by(order, "-id")

    def initiated(self) -> QuerySet[Todo]:
        """
        我发起: of each case its newest to-do, which says where it stands; one that is open goes before ended ones.

        PostgreSQL shows the initiator all to-dos of the case that name them.
        """
        newer = Todo.objects.filter(
            source=OuterRef("source"), case_number=OuterRef("case_number"), initiator=OuterRef("initiator")
        ).exclude(state=TodoState.COPY)
        later = newer.filter(Q(ended_at=None) | Q(id__gt=OuterRef("id")), ~Q(id=OuterRef("id")))
        ahead = newer.filter(ended_at=None, id__gt=OuterRef("id"))
        rows = Todo.objects.filter(initiator=self.user).exclude(state=TodoState.COPY)
        alone = Q(case_number="")
        standing = Q(ended_at=None) & ~Exists(ahead) | Q(ended_at__isnull=False) & ~Exists(later)
        return _told(rows.filter(alone | standing)).order_by("-arrived_at", "-id")

    def supervised(self) -> QuerySet[Supervision]:
        """督办 asked of this person, those without an answer first."""
        rows = Supervision.objects.filter(todo__receiver=self.user)
        return rows.select_related("todo__source", "asked_by").order_by("closed_at", "answered_at", "until", "-id")


def _told(rows: QuerySet[Todo]) -> QuerySet[Todo]:
    return rows.select_related("source", "receiver")


def find_todo(todo_id: int) -> Todo | None:
    """A to-do that the connection may see."""
    return _told(Todo.objects.filter(pk=todo_id)).select_related("initiator").first()


def list_reached(actor: User) -> QuerySet[Todo]:
    """
    Open work of people within a chief's reach, by limit. What is labelled above their clearance is left out.

    PostgreSQL holds the same bounds on the connection of a page that declares `tasks.supervise`.
    """
    bounds = within(actor, SUPERVISE, "receiver__office__")
    rows = Todo.objects.filter(bounds, state__in=OPEN_WORK, label__lte=scope_for(actor, SUPERVISE).clearance)
    return _told(rows).select_related("receiver__office").order_by("order_at", "id")


def get_reached(actor: User, todo_id: int) -> Todo | None:
    """One to-do within a chief's reach, whatever its state."""
    bounds = within(actor, SUPERVISE, "receiver__office__")
    rows = Todo.objects.filter(bounds, pk=todo_id, label__lte=scope_for(actor, SUPERVISE).clearance)
    return _told(rows).select_related("initiator").first()


def list_asked(actor: User) -> QuerySet[Supervision]:
    """督办 this chief asked for, the latest first."""
    rows = Supervision.objects.filter(asked_by=actor).select_related("todo__source", "todo__receiver")
    return rows.order_by("closed_at", "until", "-id")


def by_text(rows: QuerySet[Any], text: str, prefix: str = "") -> QuerySet[Any]:
    """What holds the text in title, case number, matter or initiator."""
    names = ("title__icontains", "case_number__startswith", "kind__icontains", "initiator_name__startswith")
    return rows.filter(reduce(or_, (Q(**{prefix + name: text}) for name in names)))


def by_due(rows: QuerySet[Any], due: str) -> QuerySet[Any]:
    """overdue, today, week (the six days after today), none."""
    now = timezone.now()
    end = end_of_day(now)
    conditions = {
        "overdue": Q(due_at__lt=now),
        "today": Q(due_at__gte=now, due_at__lt=end),
        "week": Q(due_at__gte=end, due_at__lt=end + timedelta(days=6)),
        "none": Q(due_at=None),
    }
    return rows.filter(conditions[due]) if due in conditions else rows


def end_of_day(now: datetime) -> datetime:
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(days=1)


def source_choices() -> list[tuple[str, str]]:
    """Sources in use, for a filter."""
    return list(Source.objects.filter(is_active=True).values_list("code", "name"))


def kind_choices(rows: QuerySet[Todo]) -> list[tuple[str, str]]:
    """Matters among the first thousand rows, for a filter."""
    found = sorted({kind for kind in rows.values_list("kind", flat=True)[:1000] if kind})
    return [(kind, kind) for kind in found]
