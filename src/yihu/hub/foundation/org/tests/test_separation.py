"""No order of verbs, and no race of two, lets one person reach an action and its control on any day."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.catalogue import apart_pairs, conflicts_among, may_carry, permissions
from yihu.hub.foundation.org.choices import Family, StandardDuty
from yihu.hub.foundation.org.models import Appointment, Delegation, Duty, DutyPermission, Post, PostDuty, User
from yihu.hub.foundation.org.models.grants import load_grants
from yihu.hub.foundation.org.services import appointments, delegations, duties
from yihu.hub.foundation.org.services.separation import WouldJoinControlError

DAYS = 4
# What the machine deals with: both sides of every kind of pair.
PERMISSIONS = ("household.judge", "data.start", "org.people", "org.confirm", "org.duties", "audit.view", "home.view")
DUTIES = (StandardDuty.OFFICER, StandardDuty.OPERATOR, StandardDuty.SYSTEM_ADMIN, StandardDuty.SECURITY_ADMIN,
          StandardDuty.AUDITOR)  # fmt: skip
day = st.integers(0, DAYS)
length = st.one_of(st.none(), st.integers(1, DAYS))
which = st.integers(0, 2)


def test_the_catalogue_keeps_the_three_administrations_and_the_business_apart() -> None:
    families = {code: p.family for code, p in permissions().items()}
    apart = {frozenset(pair) for pair in apart_pairs()}
    for one in families:
        for other in families:
            two = {families[one], families[other]}
            if len(two & {Family.SYSTEM, Family.SECURITY, Family.AUDIT}) == 2:
                assert frozenset({one, other}) in apart
            if two in ({Family.BUSINESS, Family.SECURITY}, {Family.BUSINESS, Family.AUDIT}):
                assert frozenset({one, other}) in apart
            if Family.COMMON in two:
                assert frozenset({one, other}) not in apart
    assert frozenset({"data.start", "household.judge"}) in apart
    assert not may_carry(Family.BUSINESS, "audit.view")


class Organisation(RuleBasedStateMachine):
    """Three people, four posts, every verb in any order; refusals are part of the game."""

    town: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.saved = transaction.savepoint()
        town = self.town
        self.people = [town.person(f"p{n}", "bureau") for n in range(3)]
        self.posts = [town.post(f"Q{n}", "bureau") for n in range(4)]

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.saved)

    def try_to(self, verb: Callable[..., Any], actor: User | None = None, **values: Any) -> None:
        try:
            with transaction.atomic():
                verb(actor=actor, now=self.town.now, **values)
        except UnableTo:
            return

    def days(self, start: int, length: int | None) -> dict[str, Any]:
        end = None if length is None else self.town.day(start + length)
        return {"valid_from": self.town.day(start), "valid_to": end}

    @rule(person=which, post=st.integers(0, 3), start=day, length=length, confirm=st.booleans())
    def appoint(self, person: int, post: int, start: int, length: int | None, confirm: bool) -> None:
        days = self.days(start, length)
        self.try_to(appointments.appoint, user=self.people[person], post=self.posts[post], **days)
        if confirm:
            self.confirm()

    @rule()
    def confirm(self) -> None:
        waiting = Appointment.objects.filter(user__in=self.people, confirmed_at=None, refused_at=None).first()
        if waiting:
            self.try_to(appointments.confirm_appointment, actor=self.town.security, appointment=waiting)

    @rule(start=day)
    def end(self, start: int) -> None:
        held = Appointment.objects.filter(user__in=self.people).last()
        if held:
            on = self.town.day(start)
            self.try_to(appointments.end_appointment, appointment=held, effective_on=on, reason="终止")

    @rule(
        giver=which, receiver=which, start=day, length=length, named=st.lists(st.sampled_from(PERMISSIONS), max_size=2)
    )
    def delegate(self, giver: int, receiver: int, start: int, length: int | None, named: list[str]) -> None:
        self.try_to(
            delegations.delegate, giver=self.people[giver], receiver=self.people[receiver], permissions=named,
            reason="委托", **self.days(start, length),
        )  # fmt: skip

    @rule()
    def revoke(self) -> None:
        lent = Delegation.objects.filter(giver__in=self.people, revoked_at=None).last()
        if lent:
            self.try_to(delegations.revoke_delegation, delegation=lent)

    @rule(post=st.integers(0, 3), duty=st.sampled_from(DUTIES), start=day, length=length)
    def give_duty(self, post: int, duty: StandardDuty, start: int, length: int | None) -> None:
        duty = Duty.objects.get(code=duty)
        self.try_to(duties.give_duty, post=self.posts[post], duty=duty, **self.days(start, length))

    @rule(duty=st.sampled_from(DUTIES), permission=st.sampled_from(PERMISSIONS), start=day, length=length)
    def add_permission(self, duty: StandardDuty, permission: str, start: int, length: int | None) -> None:
        duty = Duty.objects.get(code=duty)
        self.try_to(duties.add_permission, duty=duty, permission=permission, **self.days(start, length))

    @rule(duty=st.sampled_from(DUTIES), permission=st.sampled_from(PERMISSIONS), start=day)
    def withdraw_permission(self, duty: StandardDuty, permission: str, start: int) -> None:
        row = DutyPermission.objects.filter(duty__code=duty, permission=permission, valid_to=None).first()
        if row:
            self.try_to(duties.withdraw_permission, carried=row, effective_on=self.town.day(start))

    @invariant()
    def nobody_reaches_an_action_and_its_control(self) -> None:
        for person in self.people:
            for offset in range(2 * DAYS + 1):
                held = {p for g in load_grants(person.pk, self.town.day(offset)) for p in g.permissions}
                assert conflicts_among(held) == [], (person, offset, held)


@pytest.mark.django_db
def test_no_reachable_state_joins_an_action_and_its_control(town) -> None:
    class Machine(Organisation):
        pass

    Machine.town = town
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def _race(*verbs: Callable[[], Any]) -> list[str]:
    """Run verbs at once, each keeping its transaction open after it succeeded; say what became of each."""
    told: list[str] = []
    ready = threading.Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> None:
        try:
            ready.wait()
            with transaction.atomic():
                verb()
                time.sleep(0.5)
            told.append("done")
        except WouldJoinControlError:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(told)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "kind", ["two appointments", "appointment and delegation", "appointment and duty", "two duties"]
)
def test_two_changes_at_once_do_not_make_together_what_neither_makes_alone(town, kind) -> None:
    user, other = town.person("zhang", "bureau"), town.person("li", "bureau")
    business, audit = town.post("B", "bureau", StandardDuty.OFFICER), town.post("A", "bureau", StandardDuty.AUDITOR)
    blank, blank2 = town.post("X", "bureau"), town.post("Y", "bureau")
    give = {"actor": None, "now": town.now, "valid_from": town.day(3)}
    appoint = {"actor": None, "now": town.now, "user": user, "valid_from": town.day(3)}
    officer, auditor = Duty.objects.get(code="OFFICER"), Duty.objects.get(code="AUDITOR")
    if kind == "two appointments":
        verbs = (lambda: appointments.appoint(post=business, **appoint),
                 lambda: appointments.appoint(post=audit, **appoint))  # fmt: skip
    elif kind == "appointment and delegation":
        town.appoint(other, business)
        verbs = (
            lambda: appointments.appoint(post=audit, **appoint),
            lambda: delegations.delegate(
                actor=None, now=town.now, giver=other, receiver=user, valid_from=town.today, valid_to=town.day(9),
                reason="出差",
            ),
        )  # fmt: skip
    elif kind == "appointment and duty":
        town.appoint(user, blank)
        verbs = (lambda: appointments.appoint(post=business, **appoint),
                 lambda: duties.give_duty(post=blank, duty=auditor, **give))  # fmt: skip
    else:
        town.appoint(user, blank)
        town.appoint(user, blank2)
        verbs = (lambda: duties.give_duty(post=blank, duty=auditor, **give),
                 lambda: duties.give_duty(post=blank2, duty=officer, **give))  # fmt: skip
    assert _race(*verbs) == ["done", "refused"]
    held = {p for g in load_grants(user.pk, town.day(4)) for p in g.permissions}
    assert conflicts_among(held) == []


@pytest.mark.django_db
def test_the_table_of_a_person_with_both_is_seen_whoever_made_it(town) -> None:
    """The check itself: rows put in past the services are found, so a silent check would fail here."""
    from yihu.hub.foundation.org.services.separation import check_people

    user = town.officer("zhang", "bureau")
    check_people([user.pk], today=town.today)
    post = town.post("A", "bureau")
    PostDuty.objects.create(post=post, duty=Duty.objects.get(code="AUDITOR"), valid_from=town.day(1))
    Appointment.objects.create(user=user, post=post, valid_from=town.day(5), appointed_at=timezone.now())
    with pytest.raises(WouldJoinControlError, match=str(town.day(5))):
        check_people([user.pk], today=town.today)
    Appointment.objects.filter(post=post).update(valid_to=town.day(6))
    check_people([user.pk], today=town.today + timedelta(days=6))
    assert Post.objects.count()
