"""Appointments take effect by a second person's word and by their days."""

from datetime import timedelta

import pytest

from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Appointment
from yihu.hub.foundation.org.services import appointments
from yihu.hub.foundation.org.services.appointments import (
    UnableToAppointError,
    UnableToConfirmError,
    UnableToEndAppointmentError,
    settle_home_offices,
)
from yihu.hub.foundation.org.services.continuity import LastAdministratorError
from yihu.hub.foundation.org.services.permits import OutOfReachError
from yihu.hub.foundation.org.services.separation import WouldJoinControlError

pytestmark = pytest.mark.django_db


def test_an_appointment_has_no_effect_until_a_security_administrator_confirms_it(town) -> None:
    user, post = town.person("zhang"), town.post("P1", "east", StandardDuty.OFFICER)
    made = town.appoint(user, post, confirm=False)
    assert not town.fresh(user).holds("household.view")
    with pytest.raises(OutOfReachError):
        town.do(appointments.confirm_appointment, appointment=made)
    town.do(appointments.confirm_appointment, actor=town.security, appointment=made)
    assert town.fresh(user).holds("household.view")
    with pytest.raises(UnableToConfirmError, match="已经确认"):
        town.do(appointments.confirm_appointment, actor=town.security, appointment=made)


def test_nobody_appoints_or_confirms_themselves_and_the_table_refuses_it_too(town) -> None:
    from django.db import IntegrityError, transaction

    post = town.post("P1", "bureau", StandardDuty.SECURITY_ADMIN)
    with pytest.raises(UnableToAppointError, match="自己"):
        town.do(appointments.appoint, user=town.system, post=post, valid_from=town.today)
    own = town.appoint(town.security, post, confirm=False)
    with pytest.raises(UnableToConfirmError, match="自己的任职"):
        town.do(appointments.confirm_appointment, actor=town.security, appointment=own)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=own.pk).update(confirmed_by=own.appointed_by, confirmed_at=town.now)


def test_sent_back_it_never_takes_effect(town) -> None:
    user, post = town.person("zhang"), town.post("P1", "east", StandardDuty.OFFICER)
    made = town.appoint(user, post, confirm=False)
    town.do(appointments.refuse_appointment, actor=town.security, appointment=made, reason="无任命文件")
    with pytest.raises(UnableToConfirmError, match="退回"):
        town.do(appointments.confirm_appointment, actor=town.security, appointment=made)
    assert not town.fresh(user).holds("household.view")
    town.appoint(user, post)  # and may be made again
    assert town.fresh(user).holds("household.view")


def test_days_decide(town) -> None:
    user, post = town.person("zhang"), town.post("P1", "east", StandardDuty.OFFICER)
    town.appoint(user, post, valid_from=town.day(2), valid_to=town.day(5))
    from yihu.hub.foundation.org.models.actor import Actor

    held = [Actor(user.pk, town.day(n)).holds("household.view") for n in range(7)]
    assert held == [False, False, True, True, True, False, False]
    with pytest.raises(UnableToAppointError, match="已有该岗位"):
        town.appoint(user, post, valid_from=town.day(4))
    town.appoint(user, post, valid_from=town.day(5))


def test_the_primary_post_decides_the_office_on_its_day(town) -> None:
    user = town.person("zhang", "east")
    town.appoint(user, town.post("P1", "east", StandardDuty.OFFICER), is_primary=True)
    town.appoint(user, town.post("P2", "west", StandardDuty.OFFICER), is_primary=True, valid_from=town.day(3))
    assert town.fresh(user).office == town.offices["east"]
    assert settle_home_offices(today=town.day(3)) == 1
    assert town.fresh(user).office == town.offices["west"]
    assert settle_home_offices(today=town.day(3)) == 0


def test_several_posts_join_and_one_may_be_chosen(town) -> None:
    user = town.officer("zhang", "east")
    town.appoint(user, town.post("P2", "county", StandardDuty.SECTION_CHIEF))
    user = town.fresh(user)
    scope = user.scope("household.view")
    assert set(scope.offices) == {"1440303", "1440306", "1440306A"}
    assert (scope.clearance.label, user.post_title) == ("内部", "税收管理员")
    chosen = next(g.post_id for g in user.actor.all_grants if g.post_name == "P2")
    user.act_as(chosen)
    assert (user.scope("household.view").clearance.label, user.post_title) == ("敏感", "P2")
    assert "1440303" not in user.scope("household.view").offices
    user.act_as(-1)
    assert user.post_title == "税收管理员"


def test_an_ended_appointment_gives_nothing_from_its_day_on(town) -> None:
    user = town.officer("zhang")
    held = user.appointments.get()
    end = {"appointment": held, "reason": "调离"}
    with pytest.raises(UnableToEndAppointmentError, match="早于今天"):
        town.do(appointments.end_appointment, effective_on=town.day(-1), **end)
    town.do(appointments.end_appointment, effective_on=town.day(2), **end)
    assert town.fresh(user).holds("household.view")
    town.do(appointments.end_appointment, effective_on=town.today, **end)
    assert not town.fresh(user).holds("household.view")
    with pytest.raises(UnableToEndAppointmentError, match="已于"):
        town.do(appointments.end_appointment, effective_on=town.day(2), **end)


@pytest.mark.parametrize("duty", [StandardDuty.SYSTEM_ADMIN, StandardDuty.SECURITY_ADMIN, StandardDuty.AUDITOR])
def test_the_last_of_each_administration_stays(town, duty) -> None:
    acting = town.officer("second-admin", "bureau", StandardDuty.SYSTEM_ADMIN)
    if duty == StandardDuty.SYSTEM_ADMIN:
        acting = None
        Appointment.objects.filter(user__username="second-admin").update(valid_to=town.today)
    last = town.people[duty].appointments.get()
    end = {"now": town.now, "actor": acting, "appointment": last, "reason": "调离"}
    with pytest.raises(LastAdministratorError, match="无人持有"):
        appointments.end_appointment(effective_on=town.today, **end)
    town.officer("successor", "bureau", duty)
    appointments.end_appointment(effective_on=town.today, **end)
    assert not town.fresh(town.people[duty]).holds("org.view")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (StandardDuty.OFFICER, StandardDuty.AUDITOR),
        (StandardDuty.AUDITOR, StandardDuty.SECURITY_ADMIN),
        (StandardDuty.SECURITY_ADMIN, StandardDuty.SYSTEM_ADMIN),
        (StandardDuty.SYSTEM_ADMIN, StandardDuty.AUDITOR),
        (StandardDuty.DIRECTOR, StandardDuty.SECURITY_ADMIN),
        (StandardDuty.OPERATOR, StandardDuty.OFFICER),
    ],
)
def test_an_action_and_its_control_never_meet_in_one_person_even_later_or_unconfirmed(town, first, second) -> None:
    user = town.officer("zhang", "bureau", first)
    post = town.post("P2", "bureau", second)
    for start in (town.today, town.today + timedelta(days=400)):
        with pytest.raises(WouldJoinControlError, match="不同的人"):
            town.appoint(user, post, valid_from=start)
    other = town.person("li", "bureau")
    town.appoint(other, post, confirm=False)
    with pytest.raises(WouldJoinControlError):
        town.appoint(other, town.post("P3", "bureau", first))


def test_one_after_the_other_is_allowed(town) -> None:
    user = town.person("zhang", "bureau")
    town.appoint(user, town.post("P1", "bureau", StandardDuty.AUDITOR), valid_to=town.day(10))
    town.appoint(user, town.post("P2", "bureau", StandardDuty.SECURITY_ADMIN), valid_from=town.day(10))
    with pytest.raises(WouldJoinControlError):
        town.appoint(user, town.post("P3", "bureau", StandardDuty.SYSTEM_ADMIN), valid_from=town.day(9))


def test_a_deputy_acts_while_the_principal_is_away_or_gone(town) -> None:
    from yihu.hub.foundation.org.services import leave

    principal = town.officer("chief", "county", StandardDuty.SECTION_CHIEF)
    held = principal.appointments.get()
    deputy = town.person("deputy", "county")
    made = town.appoint(deputy, held.post, deputy_for=held)
    assert not town.fresh(deputy).holds("household.view")
    away = town.do(
        leave.take_leave, actor=town.fresh(principal), user=principal, valid_from=town.today, valid_to=town.day(3)
    )
    assert town.fresh(deputy).scope("household.view").offices == ("1440306", "1440306A")
    assert town.fresh(deputy).post_title == "科所长（替岗）"
    town.do(leave.cancel_leave, actor=town.fresh(principal), leave=away)
    assert not town.fresh(deputy).holds("household.view")
    town.do(appointments.end_appointment, appointment=held, effective_on=town.today, reason="退休")
    assert town.fresh(deputy).holds("household.judge")
    with pytest.raises(UnableToAppointError, match="正任"):
        town.appoint(town.person("third", "county"), made.post, deputy_for=made)
