"""Grids open taxpayers only to their members and never more than their keeper's reach; codes open accounts once."""

from datetime import timedelta

import pytest

from yihu.hub.base.access import Area, Label, Thing, decide
from yihu.hub.foundation.org.choices import Family, ScopeRule, StandardDuty
from yihu.hub.foundation.org.models import ActivationCode, Duty, DutyPermission, Grid, GridTaxpayer, Post, PostDuty
from yihu.hub.foundation.org.services import grids, people
from yihu.hub.foundation.org.services.grids import UnableToKeepGridError
from yihu.hub.foundation.org.services.people import UnableToActivateError, UnableToRegisterPersonError
from yihu.hub.foundation.org.services.permits import OutOfReachError

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid(town) -> Grid:
    chief = town.people[StandardDuty.SECTION_CHIEF]
    return town.do(
        grids.open_grid, actor=town.fresh(chief), office=town.offices["east"], code="G1", name="东门网格",
        divisions=["440303001", "440303002"], effective_on=town.today,
    )  # fmt: skip


@pytest.fixture
def keeper(town, grid):
    """Somebody whose duty reaches their grids only."""
    duty = Duty.objects.create(code="GRID", name="网格员", family=Family.BUSINESS, scope_rule=ScopeRule.GRIDS,
                               clearance=Label.INTERNAL, valid_from=town.today)  # fmt: skip
    DutyPermission.objects.create(duty=duty, permission="household.view", valid_from=town.today)
    post = town.post("GP", "east")
    PostDuty.objects.create(post=post, duty=duty, valid_from=town.today)
    user = town.person("keeper", "east")
    town.appoint(user, post)
    return user


def _chief(town):
    return town.fresh(town.people[StandardDuty.SECTION_CHIEF])


def test_a_member_sees_the_ground_and_the_list_for_the_days(town, grid, keeper) -> None:
    assert town.fresh(keeper).scope("household.view").is_empty
    member = town.do(grids.add_member, actor=_chief(town), grid=grid, user=keeper, valid_from=town.today)
    GridTaxpayer.objects.create(grid=grid, number="91440300A", valid_from=town.today)
    user = town.fresh(keeper)
    scope = user.scope("household.view")
    assert scope.areas == (Area("1440303", "440303001"), Area("1440303", "440303002"))
    assert scope.numbers == ("91440300A",)
    inside = Thing("1440303", "440303001")
    assert decide(user, "household.view", inside)
    assert not decide(user, "household.view", Thing("1440305", "440303001"))
    assert decide(user, "household.view", Thing("1440305", "440305001", number="91440300A"))
    assert "知悉等级" in decide(user, "household.view", Thing("1440303", "440303001", label=Label.IMPORTANT)).reason
    town.do(grids.end_member, actor=_chief(town), member=member, effective_on=town.today)
    assert town.fresh(keeper).scope("household.view").is_empty


def test_grids_are_kept_within_reach_and_members_are_of_the_office(town, grid, keeper) -> None:
    with pytest.raises(UnableToKeepGridError, match="已在用"):
        town.do(grids.open_grid, actor=_chief(town), office=town.offices["east"], code="G1", name="x", divisions=[],
                effective_on=town.today)  # fmt: skip
    with pytest.raises(UnableToKeepGridError, match="行政区划"):
        town.do(grids.change_grid, actor=_chief(town), grid=grid, name="x", divisions=["4x"])
    with pytest.raises(OutOfReachError):
        town.do(grids.open_grid, actor=_chief(town), office=town.offices["west"], code="G2", name="x", divisions=[],
                effective_on=town.today)  # fmt: skip
    with pytest.raises(UnableToKeepGridError, match="不是"):
        town.do(grids.add_member, actor=_chief(town), grid=grid, user=town.person("far", "west"),
                valid_from=town.today)  # fmt: skip
    town.do(grids.close_grid, actor=_chief(town), grid=grid, effective_on=town.today)
    assert not Grid.objects.on(town.today).exists()


def test_a_list_opens_nothing_its_keeper_may_not_open(town, grid, monkeypatch) -> None:
    known = {"OWN": Thing("1440303", "440303001"), "FAR": Thing("1440305", "440305001")}
    monkeypatch.setattr(grids, "_finders", [])
    ask = {"actor": _chief(town), "grid": grid, "effective_on": town.today}
    with pytest.raises(UnableToKeepGridError, match="没有查到"):
        town.do(grids.list_taxpayers, numbers=["OWN"], **ask)
    grids.find_taxpayers_by(lambda numbers: {n: known[n] for n in numbers if n in known})
    for number in ("FAR", "NONE"):
        with pytest.raises(UnableToKeepGridError, match="没有查到"):
            town.do(grids.list_taxpayers, numbers=["OWN", number], **ask)
    assert not GridTaxpayer.objects.exists()
    assert town.do(grids.list_taxpayers, numbers=["OWN", "OWN"], **ask) == 1
    assert town.do(grids.list_taxpayers, numbers=["OWN"], **ask) == 0
    town.do(grids.unlist_taxpayer, actor=_chief(town), listed=GridTaxpayer.objects.get(), effective_on=town.today)
    assert not GridTaxpayer.objects.on(town.today).exists()


def _register(town, username="wang"):
    return town.do(people.register_person, username=username, display_name="王静", office=town.offices["east"])


def test_a_registered_person_gets_in_only_by_a_code_once(town, client) -> None:
    user = _register(town)
    assert not user.has_usable_password()
    code = town.do(people.issue_activation_code, user=user)
    assert code not in ActivationCode.objects.get().code_hash
    use = {"now": town.now, "username": "WANG", "password": "correct-horse-battery"}
    with pytest.raises(UnableToActivateError, match="不正确"):
        people.use_activation_code(code="aaaa-bbbb-cccc-dddd", **use)
    with pytest.raises(UnableToActivateError, match="密码"):
        people.use_activation_code(code=code, **{**use, "password": "123"})
    assert people.use_activation_code(code=code.upper(), **use) == user
    assert client.login(username="wang", password="correct-horse-battery")
    with pytest.raises(UnableToActivateError, match="不正确"):
        people.use_activation_code(code=code, **use)


def test_a_code_ends_by_time_by_guessing_and_by_a_new_one(town) -> None:
    user = _register(town)
    use = {"username": "wang", "password": "correct-horse-battery"}
    old = town.do(people.issue_activation_code, user=user)
    new = town.do(people.issue_activation_code, user=user)
    for code, now in ((old, town.now), (new, town.now + timedelta(days=8))):
        with pytest.raises(UnableToActivateError):
            people.use_activation_code(code=code, now=now, **use)
    for _ in range(people.MOST_FAILURES):
        with pytest.raises(UnableToActivateError):
            people.use_activation_code(code="aaaa", now=town.now, **use)
    with pytest.raises(UnableToActivateError):
        people.use_activation_code(code=new, now=town.now, **use)
    with pytest.raises(UnableToActivateError):
        people.use_activation_code(code=new, now=town.now, username="nobody", password="correct-horse-battery")


@pytest.mark.parametrize("username", ["wang", "Officer", "王", "a b", "x"])
def test_names_are_well_formed_and_free(town, username) -> None:
    if username == "wang":
        _register(town)
    with pytest.raises(UnableToRegisterPersonError):
        _register(town, username)


def test_only_a_system_administrator_registers_and_none_for_themselves(town) -> None:
    with pytest.raises(OutOfReachError):
        town.do(people.register_person, actor=town.security, username="w", display_name="w",
                office=town.offices["east"])  # fmt: skip
    with pytest.raises(UnableToActivateError, match="自己"):
        town.do(people.issue_activation_code, user=town.system)
    assert Post.objects.filter(code="GP").count() == 0
    user = _register(town)
    town.do(people.rename_person, user=user, display_name="王 静 ")
    assert town.fresh(user).display_name == "王 静"
