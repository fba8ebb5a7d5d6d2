"""What a post may do changes by the security administrator's word, by days, for everybody at it."""

import pytest
from django.utils import timezone

from yihu.hub.foundation.org.choices import Family, ScopeRule, StandardDuty
from yihu.hub.foundation.org.models import Duty, DutyPermission, Post, PostDuty
from yihu.hub.foundation.org.services import duties, posts
from yihu.hub.foundation.org.services.continuity import LastAdministratorError
from yihu.hub.foundation.org.services.duties import UnableToKeepDutyError
from yihu.hub.foundation.org.services.permits import OutOfReachError
from yihu.hub.foundation.org.services.posts import UnableToKeepPostError
from yihu.hub.foundation.org.services.separation import WouldJoinControlError
from yihu.hub.foundation.org.services.standard import load_standard_duties

pytestmark = pytest.mark.django_db


def _define(town, **more):
    values = {"code": "WINDOW", "name": "发票窗口", "family": Family.BUSINESS, "scope_rule": ScopeRule.OFFICE,
              "clearance": 1, "effective_on": town.today, **more}  # fmt: skip
    return town.do(duties.define_duty, actor=town.security, **values)


def test_a_new_duty_carries_what_it_was_given_for_its_days(town) -> None:
    duty = _define(town)
    user, post = town.person("zhang"), town.post("P1", "east")
    town.appoint(user, post)
    town.do(duties.give_duty, actor=town.security, post=post, duty=duty, valid_from=town.today)
    assert not town.fresh(user).holds("household.view")
    add = {"actor": town.security, "duty": duty, "permission": "household.view", "valid_from": town.today}
    row = town.do(duties.add_permission, **add)
    assert town.fresh(user).scope("household.view").offices == ("1440303",)
    with pytest.raises(UnableToKeepDutyError, match="不必再加"):
        town.do(duties.add_permission, **add)
    town.do(duties.change_duty, actor=town.security, duty=duty, name="窗口", scope_rule="NONE", clearance=0)
    assert town.fresh(user).scope("household.view").is_empty
    town.do(duties.withdraw_permission, actor=town.security, carried=row, effective_on=town.today)
    assert not town.fresh(user).holds("household.view")
    with pytest.raises(UnableToKeepDutyError, match="已于"):
        town.do(duties.withdraw_permission, actor=town.security, carried=row, effective_on=town.today)


def test_a_withdrawn_duty_gives_nothing_from_its_day(town) -> None:
    user = town.officer("zhang")
    given = PostDuty.objects.get(post__code="1440303-OFFICER")
    town.do(duties.withdraw_duty, actor=town.security, given=given, effective_on=town.day(1))
    from yihu.hub.foundation.org.models.actor import Actor

    assert Actor(user.pk, town.today).holds("household.view")
    assert not Actor(user.pk, town.day(1)).holds("household.view")
    assert Actor(user.pk, town.day(1)).title == "税收管理员"


@pytest.mark.parametrize(
    ("family", "permission", "word"),
    [
        (Family.BUSINESS, "no.such", "没有权限"),
        (Family.BUSINESS, "org.confirm", "不能有"),
        (Family.SYSTEM, "audit.view", "不能有"),
        (Family.SECURITY, "household.view", "不能有"),
        (Family.AUDIT, "household.judge", "不能有"),
    ],
)
def test_a_duty_carries_no_other_administration(town, family, permission, word) -> None:
    duty = _define(town, family=family)
    with pytest.raises(UnableToKeepDutyError, match=word):
        town.do(duties.add_permission, actor=town.security, duty=duty, permission=permission, valid_from=town.today)


def test_a_duty_cannot_carry_both_sides_nor_a_post_nor_a_person(town) -> None:
    duty = _define(town, code="BOTH", family=Family.SYSTEM)
    add = {"actor": town.security, "duty": duty, "valid_from": town.today}
    town.do(duties.add_permission, permission="data.start", **add)
    with pytest.raises(UnableToKeepDutyError, match="不能同属"):
        town.do(duties.add_permission, permission="household.judge", **add)
    give = {"actor": town.security, "duty": duty, "valid_from": town.day(30)}
    town.officer("zhang", "west")
    with pytest.raises(WouldJoinControlError, match="zhang"):
        town.do(duties.give_duty, post=Post.objects.get(code="1440305-OFFICER"), **give)
    # Through a second post, with a duty that gains the other side later.
    user = town.officer("li", "east")
    other = _define(town, code="LATER", family=Family.SYSTEM)
    second = town.post("P2", "east")
    town.do(duties.give_duty, post=second, **{**give, "duty": other})
    town.appoint(user, second)
    with pytest.raises(WouldJoinControlError, match="li"):
        town.do(duties.add_permission, permission="data.start", **{**add, "duty": other})
    assert not DutyPermission.objects.filter(duty=other).exists()


def test_only_security_gives_duties_and_not_to_the_own_post(town) -> None:
    duty = Duty.objects.get(code=StandardDuty.DIRECTOR)
    post = town.post("P1", "east")
    with pytest.raises(OutOfReachError):
        town.do(duties.give_duty, actor=town.system, post=post, duty=duty, valid_from=town.today)
    own = Post.objects.get(code="1440300-SECURITY_ADMIN")
    with pytest.raises(UnableToKeepDutyError, match="自己担任"):
        town.do(duties.give_duty, actor=town.security, post=own, duty=duty, valid_from=town.today)
    local = town.officer("local", "county", StandardDuty.SECURITY_ADMIN)
    with pytest.raises(OutOfReachError):
        town.do(duties.give_duty, actor=local, post=post, duty=duty, valid_from=town.today)
    define = {"name": "x", "family": "BUSINESS", "scope_rule": "NONE", "clearance": 0, "effective_on": town.today}
    with pytest.raises(OutOfReachError, match="管辖范围"):
        town.do(duties.define_duty, actor=local, code="X", **define)


def test_the_last_administration_cannot_be_withdrawn(town) -> None:
    given = PostDuty.objects.get(post__code="1440300-AUDITOR")
    with pytest.raises(LastAdministratorError, match="查看操作日志"):
        town.do(duties.withdraw_duty, actor=town.security, given=given, effective_on=town.today)
    carried = DutyPermission.objects.get(duty__code="SYSTEM_ADMIN", permission="org.people")
    with pytest.raises(LastAdministratorError):
        town.do(duties.withdraw_permission, actor=town.security, carried=carried, effective_on=town.today)


def test_shipped_permissions_come_back_only_when_nobody_withdrew_them(db) -> None:
    today = timezone.localdate()
    assert load_standard_duties(today=today) == 0
    row = DutyPermission.objects.get(duty__code="OFFICER", permission="household.judge")
    row.valid_to = today
    row.save()
    DutyPermission.objects.get(duty__code="OFFICER", permission="household.view").delete()
    assert load_standard_duties(today=today) == 1
    assert not DutyPermission.objects.filter(duty__code="OFFICER", permission="household.judge", valid_to=None).exists()


def test_posts_and_departments_open_and_close_by_days(town) -> None:
    office = town.offices["east"]
    opened = {"office": office, "effective_on": town.today}
    department = town.do(posts.open_department, code="D1", name="管理股", **opened)
    post = town.do(posts.open_post, code="P1", name="一岗", department=department, **opened)
    with pytest.raises(UnableToKeepPostError, match="已在用"):
        town.do(posts.open_post, code="P1", name="一岗", **opened)
    with pytest.raises(UnableToKeepPostError, match="不是"):
        town.do(posts.open_post, code="P2", name="二岗", department=department, effective_on=town.today,
                office=town.offices["west"])  # fmt: skip
    town.do(posts.rename_post, post=post, name="管户一岗")
    user = town.person("zhang")
    held = town.appoint(user, post)
    with pytest.raises(UnableToKeepPostError, match="zhang"):
        town.do(posts.close_post, post=post, effective_on=town.today)
    held.valid_to = town.today
    held.save()
    with pytest.raises(UnableToKeepPostError, match="1 个岗位"):
        town.do(posts.close_department, department=department, effective_on=town.today)
    town.do(posts.close_post, post=post, effective_on=town.today)
    town.do(posts.close_department, department=department, effective_on=town.today)
    with pytest.raises(UnableToKeepPostError, match="已于"):
        town.do(posts.close_post, post=post, effective_on=town.day(3))
    with pytest.raises(OutOfReachError):
        town.do(posts.open_post, actor=town.security, code="P3", name="三岗", **opened)
