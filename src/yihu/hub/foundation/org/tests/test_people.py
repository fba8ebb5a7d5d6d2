"""Posts, permissions and scopes."""

import pytest

from yihu.hub.base.access import Label, Scope, scope_for
from yihu.hub.foundation.org.catalogue import permissions, shipped_duties, shipped_holders
from yihu.hub.foundation.org.choices import Family, OfficeLevel, StandardDuty
from yihu.hub.foundation.org.models import Office, User
from yihu.hub.foundation.org.services.accounts import UnableToCreateUserError, create_user
from yihu.hub.foundation.org.services.learning import OfficeSeen, learn_offices


@pytest.mark.django_db
def test_each_post_sees_its_households(cast) -> None:
    def scope(duty: StandardDuty, permission: str = "household.view") -> Scope:
        return scope_for(cast[duty], permission)

    assert scope(StandardDuty.OFFICER) == Scope(offices=("1440303",), clearance=Label.INTERNAL)
    assert scope(StandardDuty.SECTION_CHIEF) == Scope(offices=("1440303",), clearance=Label.SENSITIVE)
    assert scope(StandardDuty.DIRECTOR) == Scope(
        offices=("1440300", "1440303", "1440305"), divisions=("4403",), clearance=Label.IMPORTANT
    )
    assert scope(StandardDuty.AUDITOR, "audit.view").everything
    assert scope(StandardDuty.AUDITOR).is_empty
    assert scope(StandardDuty.OPERATOR, "data.start").is_empty


@pytest.mark.django_db
def test_the_top_office_answers_for_everything(cast) -> None:
    Office.objects.filter(code="1440300").update(level=OfficeLevel.HEADQUARTERS)
    assert scope_for(User.objects.get(username="director"), "household.view").everything
    assert scope_for(User.objects.get(username="operator"), "data.start").is_empty


def test_administrators_hold_nothing_that_shows_taxpayers() -> None:
    business = {StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR}
    for permission in permissions():
        if permission.startswith("household.") or permission == "data.rejects":
            assert shipped_holders(permission) <= business


def test_only_auditors_read_the_access_record_and_nothing_of_the_business() -> None:
    assert shipped_holders("audit.view") == {StandardDuty.AUDITOR}
    (auditor,) = (d for d in shipped_duties() if d.code == StandardDuty.AUDITOR)
    assert {permissions()[p].family for p in auditor.permissions} == {Family.COMMON, Family.AUDIT}


@pytest.mark.django_db
def test_an_unknown_permission_is_held_by_nobody(cast) -> None:
    assert not any(user.holds("no.such") for user in cast.values())


@pytest.mark.django_db
def test_a_disabled_account_holds_nothing(cast) -> None:
    user = cast[StandardDuty.DIRECTOR]
    user.is_active = False
    assert not user.holds("home.view")


@pytest.mark.django_db
@pytest.mark.parametrize(("username", "password"), [("new", "123456"), ("Officer", "long-enough-words")])
def test_weak_passwords_and_taken_names_make_no_account(cast, offices, username: str, password: str) -> None:
    before = User.objects.count()
    with pytest.raises(UnableToCreateUserError):
        create_user(
            username=username, password=password, display_name="新", duty=StandardDuty.OFFICER, office=offices["east"]
        )
    assert User.objects.count() == before


@pytest.mark.django_db
def test_learning_offices_again_renames_them(offices) -> None:
    assert learn_offices([OfficeSeen("1440303", "罗湖区税务所", "440303"), OfficeSeen("X", "新所", "440304")]) == 1
    assert Office.objects.get(code="1440303").name == "罗湖区税务所"


def test_passwords_are_kept_by_argon2() -> None:
    from yihu.hub.config import settings

    assert settings.PASSWORD_HASHERS == ["yihu.hub.foundation.identity.hashers.PasswordHasher"]
