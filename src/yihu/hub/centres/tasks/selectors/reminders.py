"""What is due or overdue and has not been reminded of today; codes and wishes of one person."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.choices import ReminderKind, TodoState
from yihu.hub.centres.tasks.models import Reminder, SmsApprover, SmsChallenge, Todo
from yihu.hub.centres.tasks.selectors.lists import end_of_day
from yihu.hub.foundation.org.api import User

# Beyond this nobody is reminded any more by the day; the chief sees it on the list.
LONGEST = timedelta(days=90)


def list_to_remind(kind: ReminderKind, *, day: date, now: datetime) -> QuerySet[Todo]:
    """Pending to-dos that are overdue, or due later today, without a reminder of this kind and day."""
    done = Reminder.objects.filter(todo=OuterRef("pk"), kind=kind, day=day)
    rows = Todo.objects.filter(~Exists(done), state=TodoState.PENDING, receiver__is_active=True)
    if kind == ReminderKind.OVERDUE:
        rows = rows.filter(due_at__lt=now, due_at__gte=now - LONGEST)
    else:
        rows = rows.filter(due_at__gte=now, due_at__lt=end_of_day(now))
    return rows.select_related("receiver").order_by("due_at", "pk")


def is_approver_by_sms(user: User) -> bool:
    with as_system("短信审批"):
        return SmsApprover.objects.filter(pk=user.pk).exists()


def list_codes(user: User) -> list[SmsChallenge]:
    """The last codes sent to a person, the latest first."""
    with as_system("短信审批"):
        rows = SmsChallenge.objects.filter(approver=user).select_related("todo__source")
        return list(rows.order_by("-issued_at", "-pk")[:30])


def find_code(user: User, challenge_id: int) -> SmsChallenge | None:
    """One of a person's own codes."""
    with as_system("短信审批"):
        rows = SmsChallenge.objects.filter(approver=user, pk=challenge_id)
        return rows.select_related("todo__source", "todo__receiver").first()
