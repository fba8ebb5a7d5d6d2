"""PostgreSQL itself shows a to-do to its receiver, initiator, stand-in and chief, and to nobody else."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from yihu.hub.base.access import Label, Scope
from yihu.hub.base.row_scope import within
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.tasks.selectors.counts import counts_for
from yihu.hub.centres.tasks.selectors.people import may_handle, principals_of
from yihu.hub.centres.tasks.tests.conftest import NOW, put, stored
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Delegation

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def seen(user: object, permission: str = "tasks.self", scope: Scope | None = None) -> set[str]:
    with within(scope or Scope(), user_id=user.pk, permission=permission), connection.cursor() as cursor:
        cursor.execute("SELECT key FROM tasks_todo")
        return {key for (key,) in cursor.fetchall()}


@pytest.fixture
def three(room, cast, web_role, offices) -> None:
    put(cast[StandardDuty.OFFICER], "mine")
    put(cast[StandardDuty.OFFICER], "secret", label=Label.IMPORTANT)
    put(cast[StandardDuty.DIRECTOR], "other", initiator=cast[StandardDuty.OFFICER])


def test_receiver_and_initiator_see_theirs_and_others_nothing(three, cast) -> None:
    assert seen(cast[StandardDuty.OFFICER]) == {"mine", "secret", "other"}
    assert seen(cast[StandardDuty.DIRECTOR]) == {"other"}
    assert seen(cast[StandardDuty.SECTION_CHIEF]) == set()
    assert seen(cast[StandardDuty.AUDITOR], scope=Scope(everything=True, clearance=Label.IMPORTANT)) == set()


def test_a_chiefs_page_sees_within_reach_and_clearance(three, cast) -> None:
    chief = cast[StandardDuty.SECTION_CHIEF]
    reach = Scope(offices=("1440303",), clearance=Label.SENSITIVE)
    assert seen(chief, "tasks.supervise", reach) == {"mine"}
    assert seen(chief, "tasks.self", reach) == set()
    assert seen(chief, "tasks.supervise", Scope(offices=("1440305",), clearance=Label.SENSITIVE)) == set()
    everything = Scope(everything=True, clearance=Label.IMPORTANT)
    assert seen(chief, "tasks.supervise", everything) == {"mine", "secret", "other"}


def test_nobodys_request_writes_a_todo(three, cast) -> None:
    officer = cast[StandardDuty.OFFICER]
    with within(Scope(), user_id=officer.pk, permission="tasks.self"), connection.cursor() as cursor:
        for statement in ("UPDATE tasks_todo SET title = 'x'", "DELETE FROM tasks_todo"):
            cursor.execute(statement)
            assert cursor.rowcount == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute("INSERT INTO tasks_todo SELECT * FROM tasks_todo LIMIT 1")
        cursor.execute("SELECT count(*) FROM tasks_smschallenge")
        assert cursor.fetchone() == (0,)


def _lend(giver, receiver, *, takes: bool, start: date = TODAY, permissions: tuple[str, ...] = ()) -> Delegation:
    return Delegation.objects.create(
        giver=giver, receiver=receiver, everything=not permissions, permissions=list(permissions), valid_from=start,
        valid_to=start + timedelta(days=3), takes_present_tasks=takes, reason="出差", made_at=timezone.now(),
    )  # fmt: skip


def test_a_stand_in_sees_new_work_and_present_work_only_when_told(room, officer, colleague, web_role) -> None:
    put(officer, "old", now=timezone.now() - timedelta(days=2))
    lent = _lend(officer, colleague, takes=False)
    put(officer, "new", now=timezone.now() + timedelta(seconds=1))
    handled = {key: may_handle(colleague, stored(key=key)) for key in ("old", "new")}
    assert handled == {"old": False, "new": True}
    with within(Scope(), user_id=colleague.pk, permission="tasks.self"):
        assert counts_for(colleague).lent == 1
    Delegation.objects.filter(pk=lent.pk).update(takes_present_tasks=True)
    assert may_handle(colleague, stored(key="old"))
    with within(Scope(), user_id=colleague.pk, permission="tasks.self"):
        assert counts_for(colleague).lent == 2
    Delegation.objects.filter(pk=lent.pk).update(revoked_at=timezone.now())
    assert principals_of(colleague) == []
    assert seen(colleague) == set()


def test_lending_something_else_lends_no_todos(room, officer, colleague, web_role) -> None:
    put(officer, "new", now=timezone.now() + timedelta(seconds=1))
    _lend(officer, colleague, takes=False, permissions=("household.view",))
    assert seen(colleague) == set()
    _lend(officer, colleague, takes=False, start=TODAY + timedelta(days=1))
    assert seen(colleague) == set()


def test_counts_are_of_what_waits(room, officer, web_role) -> None:
    put(officer, "a", due_at=NOW - timedelta(days=900))
    put(officer, "b", due_at=timezone.now() + timedelta(days=900))
    put(officer, "c", state="TO_READ")
    put(officer, "d", state="COPY")
    with within(Scope(), user_id=officer.pk, permission="tasks.self"):
        counts = counts_for(officer)
        assert (counts.pending, counts.overdue, counts.to_read, counts.copies) == (2, 1, 1, 1)
        assert counts.badge == "2"
        assert Todo.objects.count() == 4
