"""Posts, permissions and scopes."""

import pytest

from yihu.hub.base.access import Scope, scope_for
from yihu.hub.foundation.org.choices import Kind, permission_table
from yihu.hub.foundation.org.models import Office, User
from yihu.hub.foundation.org.services import (
    OfficeSeen,
    UnableToCreateUserError,
    create_user,
    learn_offices,
)


@pytest.mark.django_db
def test_each_post_sees_its_households(cast) -> None:
    assert scope_for(cast[Kind.OFFICER]) == Scope(offices=("1440303",))
    assert scope_for(cast[Kind.SECTION_CHIEF]) == Scope(offices=("1440303",), divisions=("440303",))
    assert scope_for(cast[Kind.DIRECTOR]) == Scope(divisions=("4403",))
    assert scope_for(cast[Kind.AUDITOR]).everything
    assert scope_for(cast[Kind.OPERATOR]).is_empty


@pytest.mark.django_db
def test_a_bureau_without_division_answers_for_everything(cast) -> None:
    Office.objects.filter(code="1440300").update(division_code="")
    assert scope_for(User.objects.get(kind=Kind.DIRECTOR)).everything
    assert scope_for(User.objects.get(kind=Kind.OPERATOR)).is_empty


def test_operators_hold_nothing_that_shows_taxpayers() -> None:
    held = {name for name, kinds in permission_table().items() if Kind.OPERATOR in kinds}
    assert not [name for name in held if name.startswith(("household.", "audit.")) or name == "data.rejects"]


def test_only_auditors_read_the_access_record_and_they_change_nothing() -> None:
    assert permission_table()["audit.view"] == {Kind.AUDITOR}
    assert Kind.AUDITOR not in permission_table()["household.judge"] | permission_table()["data.start"]


@pytest.mark.django_db
def test_an_unknown_permission_is_held_by_nobody(cast) -> None:
    assert not any(user.holds("no.such") for user in cast.values())


@pytest.mark.django_db
def test_a_disabled_account_holds_nothing(cast) -> None:
    user = cast[Kind.DIRECTOR]
    user.is_active = False
    assert not user.holds("home.view")


@pytest.mark.django_db
@pytest.mark.parametrize(("username", "password"), [("new", "123456"), ("Officer", "long-enough-words")])
def test_weak_passwords_and_taken_names_make_no_account(cast, offices, username: str, password: str) -> None:
    before = User.objects.count()
    with pytest.raises(UnableToCreateUserError):
        create_user(username=username, password=password, display_name="新", kind=Kind.OFFICER, office=offices["east"])
    assert User.objects.count() == before


@pytest.mark.django_db
def test_learning_offices_again_renames_them(offices) -> None:
    assert learn_offices([OfficeSeen("1440303", "罗湖区税务所", "440303"), OfficeSeen("X", "新所", "440304")]) == 1
    assert Office.objects.get(code="1440303").name == "罗湖区税务所"


def test_passwords_are_kept_by_argon2() -> None:
    from yihu.hub.config import settings

    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
