"""Lending permissions: own ones only, for days only, never an action to its control; leave and leaving."""

import pytest

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import stand_ins_of, when_leaving
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.models import Delegation, Leave
from yihu.hub.foundation.org.services import appointments, delegations, leave, leaving
from yihu.hub.foundation.org.services.continuity import LastAdministratorError
from yihu.hub.foundation.org.services.delegations import UnableToDelegateError
from yihu.hub.foundation.org.services.permits import OutOfReachError
from yihu.hub.foundation.org.services.separation import WouldJoinControlError

pytestmark = pytest.mark.django_db


def _lend(town, giver, receiver, **more):
    values = {"valid_from": town.today, "valid_to": town.day(5), "reason": "出差", **more}
    actor = more.pop("actor", None) or town.fresh(giver)
    values.pop("actor", None)
    return town.do(delegations.delegate, actor=actor, giver=giver, receiver=receiver, **values)


def test_a_delegate_reaches_the_givers_households_by_the_givers_duty(town) -> None:
    chief = town.officer("chief", "county", StandardDuty.SECTION_CHIEF)
    officer = town.officer("zhang", "east")
    made = _lend(town, chief, officer, takes_present_tasks=True)
    officer = town.fresh(officer)
    assert set(officer.scope("household.view").offices) == {"1440303", "1440306", "1440306A"}
    assert officer.scope("data.view").offices == ("1440306", "1440306A")
    assert "科所长（受科所长委托）" in [g.title for g in officer.actor.grants]
    assert [d.takes_present_tasks for d in stand_ins_of(chief, town.today)] == [True]
    town.do(delegations.revoke_delegation, actor=town.fresh(chief), delegation=made)
    assert town.fresh(officer).scope("household.view").offices == ("1440303",)
    with pytest.raises(UnableToDelegateError, match="已经"):
        town.do(delegations.revoke_delegation, actor=town.fresh(chief), delegation=made)


def test_some_permissions_alone_can_be_lent_but_none_one_does_not_hold(town) -> None:
    chief = town.officer("chief", "county", StandardDuty.SECTION_CHIEF)
    helper = town.person("helper", "county")
    _lend(town, chief, helper, permissions=["household.view"])
    helper = town.fresh(helper)
    assert helper.holds("household.view")
    assert not helper.holds("household.export")
    assert not stand_ins_of(chief, town.today, "household.judge")
    with pytest.raises(UnableToDelegateError, match="下载拒收数据"):
        _lend(town, chief, town.person("other"), permissions=["data.rejects"])


def test_what_was_borrowed_is_not_lent_on(town) -> None:
    chief, zhang, li = (
        town.officer("chief", "county", StandardDuty.SECTION_CHIEF),
        town.person("zhang"),
        town.person("li"),
    )
    _lend(town, chief, zhang)
    with pytest.raises(UnableToDelegateError, match="借来的权限"):
        _lend(town, zhang, li, permissions=["household.view"])
    with pytest.raises(UnableToDelegateError, match="没有可以委托"):
        _lend(town, zhang, li)


def test_no_circle_and_nobody_who_is_away_or_gone(town) -> None:
    a, b, c = (town.officer(name, "east") for name in "abc")
    _lend(town, a, b)
    _lend(town, b, c)
    with pytest.raises(UnableToDelegateError, match="循环"):
        _lend(town, c, a)
    _lend(town, c, a, valid_from=town.day(5), valid_to=town.day(9))
    away = town.officer("away", "east")
    town.do(leave.take_leave, actor=town.fresh(away), user=away, valid_from=town.day(3), valid_to=town.day(8))
    with pytest.raises(UnableToDelegateError, match="休假"):
        _lend(town, c, away)
    town.do(leaving.leave_for_good, user=away, effective_on=town.today, reason="退休")
    with pytest.raises(UnableToDelegateError, match="离岗"):
        _lend(town, c, away, valid_from=town.day(20), valid_to=town.day(21))


@pytest.mark.parametrize(
    ("start", "end", "word"), [(0, None, "截止日"), (0, 0, "之后"), (-9, -3, "之后"), (0, 400, "最长")]
)
def test_days_are_bounded(town, start, end, word) -> None:
    a, b = town.officer("a"), town.officer("b")
    with pytest.raises(UnableToDelegateError, match=word):
        _lend(town, a, b, valid_from=town.day(start), valid_to=None if end is None else town.day(end))


def test_only_oneself_or_an_administrator_within_reach_lends(town) -> None:
    a, b = town.officer("a"), town.officer("b")
    with pytest.raises(OutOfReachError):
        _lend(town, a, b, actor=town.fresh(b))
    local = town.officer("local", "county", StandardDuty.SYSTEM_ADMIN)
    with pytest.raises(OutOfReachError):
        _lend(town, a, b, actor=local)
    assert _lend(town, a, b, actor=town.system).made_by == town.people[StandardDuty.SYSTEM_ADMIN]


@pytest.mark.parametrize("duty", [StandardDuty.SYSTEM_ADMIN, StandardDuty.SECURITY_ADMIN, StandardDuty.AUDITOR])
def test_administration_goes_only_to_the_same_kind(town, duty) -> None:
    admin = town.people[duty]
    for other in (town.person("plain", "bureau"), town.officer("officer2", "bureau")):
        with pytest.raises((UnableToDelegateError, WouldJoinControlError)):
            _lend(town, admin, other)
    twin = town.officer("twin", "county", duty)
    _lend(town, admin, twin)
    assert town.fresh(twin).actor.reaches("org.view", town.offices["bureau"].path)


def test_a_delegate_may_not_gain_what_must_stay_apart_nor_the_giver_later(town) -> None:
    auditor = town.people[StandardDuty.AUDITOR]
    zhang = town.officer("zhang", "bureau")
    with pytest.raises(WouldJoinControlError):
        _lend(town, zhang, auditor)
    free = town.person("free", "bureau")
    _lend(town, zhang, free, valid_from=town.day(10), valid_to=town.day(20))
    with pytest.raises(WouldJoinControlError):
        town.appoint(free, town.post("A1", "bureau", StandardDuty.AUDITOR))
    helper = town.person("helper", "bureau")
    town.appoint(helper, town.post("S1", "bureau", StandardDuty.SECURITY_ADMIN), valid_from=town.day(20))
    giver = town.person("giver", "bureau")
    town.appoint(giver, town.post("O1", "bureau", StandardDuty.OPERATOR))
    with pytest.raises((WouldJoinControlError, UnableToDelegateError)):
        _lend(town, giver, helper, valid_to=town.day(30))


def test_leave_lends_everything_for_its_days_and_cancelling_takes_it_back(town) -> None:
    chief, zhang = town.officer("chief", "county", StandardDuty.SECTION_CHIEF), town.officer("zhang", "east")
    act = {"actor": town.fresh(chief), "user": chief}
    made = town.do(
        leave.take_leave, valid_from=town.today, valid_to=town.day(4), substitute=zhang, reason="年休假", **act
    )
    assert town.fresh(zhang).holds("data.view")
    assert Delegation.objects.get(leave=made).reason == "休假：年休假"
    with pytest.raises(leave.UnableToTakeLeaveError, match="已登记休假"):
        town.do(leave.take_leave, valid_from=town.day(3), valid_to=town.day(6), **act)
    with pytest.raises(leave.UnableToTakeLeaveError, match="委托"):
        town.do(leave.take_leave, actor=town.fresh(zhang), user=zhang, valid_from=town.day(1), valid_to=town.day(2))
    town.do(leave.cancel_leave, actor=town.fresh(chief), leave=made)
    assert not town.fresh(zhang).holds("data.view")
    with pytest.raises(leave.UnableToTakeLeaveError, match="已经"):
        town.do(leave.cancel_leave, actor=town.fresh(chief), leave=made)


def test_a_leaver_holds_nothing_the_same_day_and_what_they_held_is_listed(town, client) -> None:
    from yihu.hub.foundation.org.services import grids

    zhang, li = town.officer("zhang", "east"), town.officer("li", "east")
    chief = town.people[StandardDuty.SECTION_CHIEF]
    grid = town.do(
        grids.open_grid, actor=town.fresh(chief), office=town.offices["east"], code="G1", name="东门网格",
        divisions=["440303001"], effective_on=town.today,
    )  # fmt: skip
    town.do(grids.add_member, actor=town.fresh(chief), grid=grid, user=zhang, valid_from=town.today)
    _lend(town, zhang, li)
    client.force_login(zhang)
    assert client.get("/").status_code == 200
    shut = []
    when_leaving(shut.append)
    held = town.do(leaving.leave_for_good, user=zhang, effective_on=town.today, reason="调离")
    assert (held.posts, held.lent_to) == (("罗湖税务所 税收管理员",), ("税收管理员（li）",))
    assert held.grids == ("G1 东门网格",)
    assert shut == [zhang]
    assert client.get("/").status_code == 302
    assert not client.login(username="zhang", password="correct-horse-battery")
    gone = town.fresh(zhang)
    assert (gone.is_active, gone.left_on, gone.has_usable_password()) == (False, town.today, False)
    assert not gone.actor.all_grants
    assert [g.delegation_id for g in town.fresh(li).actor.all_grants] == [None]
    record = AccessRecord.objects.get(verb="account.leave")
    assert record.before["posts"] == ["罗湖税务所 税收管理员"]
    with pytest.raises(leaving.UnableToLeaveError, match="已办理"):
        town.do(leaving.leave_for_good, user=zhang, effective_on=town.today, reason="再次")
    with pytest.raises(appointments.UnableToAppointError, match="离岗"):
        town.appoint(zhang, town.post("P9", "east", StandardDuty.OFFICER))


def test_a_later_day_of_leaving_ends_everything_then(town) -> None:
    zhang = town.officer("zhang", "east")
    town.do(leaving.leave_for_good, user=zhang, effective_on=town.day(7), reason="退休")
    assert town.fresh(zhang).holds("household.view")
    from datetime import timedelta

    from yihu.hub.foundation.org.models.actor import Actor
    from yihu.hub.foundation.org.services.daily import carry_out_due

    assert Actor(zhang.pk, town.day(6)).holds("household.view")
    assert not Actor(zhang.pk, town.day(7)).all_grants
    assert carry_out_due(now=town.now + timedelta(days=7))["leavers"] == 1
    assert not town.fresh(zhang).is_active
    assert carry_out_due(now=town.now + timedelta(days=8)) == {"offices": 0, "leavers": 0, "moved": 0}


def test_the_last_auditor_does_not_leave_and_nobody_sends_themselves_away(town) -> None:
    with pytest.raises(LastAdministratorError):
        town.do(leaving.leave_for_good, user=town.people[StandardDuty.AUDITOR], effective_on=town.today, reason="退休")
    assert town.fresh(town.people[StandardDuty.AUDITOR]).holds("audit.view")
    with pytest.raises(leaving.UnableToLeaveError, match="自己"):
        town.do(leaving.leave_for_good, user=town.system, effective_on=town.today, reason="退休")
    assert not Leave.objects.exists()
