"""Passwords: strong, one's own, not an old one, not for ever; and what is owed comes first."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.identity.choices import Obligation
from yihu.hub.foundation.identity.models import PasswordRecord
from yihu.hub.foundation.identity.selectors import find_obligation, needs_second_factor
from yihu.hub.foundation.identity.services.passwords import accept_password
from yihu.hub.foundation.identity.validators import kinds_of
from yihu.hub.foundation.org.choices import StandardDuty

pytestmark = pytest.mark.django_db
OWN_PAGE = "/account/password/"


@pytest.fixture
def strict(settings: Any) -> Any:
    """The rules of a real installation."""
    settings.HANDED_OUT_MUST_CHANGE = settings.SECOND_FACTOR_REQUIRED = True
    return settings


def _change(client: Client, old: str, new: str) -> Any:
    return client.post(OWN_PAGE, {"oldpassword": old, "password1": new, "password2": new})


@pytest.mark.parametrize(
    ("password", "kinds"), [("abc", 1), ("abcDEF", 2), ("abc-123", 3), ("aB1-", 4), ("密码口令", 1), ("", 0)]
)
def test_kinds_of_characters(password: str, kinds: int) -> None:
    assert kinds_of(password) == kinds


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Aa1-Aa1-x", False),
        ("Aa1-Aa1-xy", True),
        ("abcdefghij12", False),
        ("river-lamp-seven", True),
        ("abcdefghijklmnopqrst", False),
        ("Password123!", True),
        ("Officer-12", False),
    ],
)
def test_what_counts_as_strong(cast: Any, password: str, good: bool) -> None:
    if good:
        validate_password(password, cast[StandardDuty.OFFICER])
    else:
        with pytest.raises(ValidationError):
            validate_password(password, cast[StandardDuty.OFFICER])


def test_old_passwords_do_not_come_back(client_of: Any, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    client, present = client_of[StandardDuty.OFFICER], PASSWORD
    used = [f"river-lamp-number-{n}" for n in range(settings.PASSWORD_HISTORY + 1)]
    for new in used:
        assert _change(client, present, new).status_code == 302
        present = new
    for old in (present, *used[1:]):
        assert "用过的密码相同" in _change(client, present, old).content.decode()
    assert _change(client, present, used[0]).status_code == 302, "far enough back it may be used again"
    assert PasswordRecord.objects.count() == settings.PASSWORD_HISTORY
    assert AccessRecord.objects.filter(verb="account.change-password").count() == len(used) + 1


def test_guessing_the_present_password_from_an_open_session_is_slowed(client_of: Any) -> None:
    pages = [_change(client_of[StandardDuty.OFFICER], "wrong", "river-lamp-7") for _ in range(12)]
    assert pages[-1].status_code == 429
    assert "操作过于频繁" in pages[-1].content.decode()


def test_a_wrong_present_password_changes_nothing(client_of: Any, cast: Any) -> None:
    page = _change(client_of[StandardDuty.OFFICER], "wrong", "river-lamp-seven-9").content.decode()
    assert "当前密码不正确" in page
    cast[StandardDuty.OFFICER].refresh_from_db()
    assert cast[StandardDuty.OFFICER].check_password(PASSWORD)


def test_a_handed_out_password_is_changed_before_anything_else(strict: Any, client_of: Any) -> None:
    client = client_of[StandardDuty.OFFICER]
    answer = client.get("/worklist/")
    assert answer["Location"] == f"{OWN_PAGE}?next=%2Fworklist%2F"
    assert "由他人设置" in client.get(answer["Location"]).content.decode()
    part = client.get("/worklist/", HTTP_HX_REQUEST="true")
    assert (part.status_code, part["HX-Redirect"]) == (204, OWN_PAGE)
    assert client.post("/account/sessions/end-others/")["Location"] == OWN_PAGE
    answer = client.post(
        answer["Location"], {"oldpassword": PASSWORD, "password1": "river-lamp-7", "password2": "river-lamp-7"}
    )
    assert answer["Location"] == "/worklist/"
    assert client.get("/").status_code == 200


def test_a_password_set_by_somebody_else_later_is_handed_out_again(strict: Any, cast: Any) -> None:
    user, now = cast[StandardDuty.OFFICER], timezone.now()
    accept_password(user=user, now=now)
    assert find_obligation(user, now=now) is None
    user.set_password("given-by-another-1")
    user.save()
    assert find_obligation(user, now=now) == Obligation.HANDED_OUT


def test_a_password_runs_out(strict: Any, cast: Any) -> None:
    user, now = cast[StandardDuty.OFFICER], timezone.now()
    accept_password(user=user, now=now)
    assert find_obligation(user, now=now + timedelta(days=strict.PASSWORD_DAYS)) is None
    assert find_obligation(user, now=now + timedelta(days=strict.PASSWORD_DAYS, seconds=1)) == Obligation.EXPIRED


def test_a_stronger_hash_of_the_same_password_is_still_ones_own(strict: Any, cast: Any, client: Client) -> None:
    user = cast[StandardDuty.OFFICER]
    accept_password(user=user, now=timezone.now())
    strict.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    client.post("/account/sign-in/", {"login": "officer", "password": PASSWORD})
    user.refresh_from_db()
    assert user.password.startswith("pbkdf2_sha1")
    assert client.get("/").status_code == 200


def test_administrators_and_those_who_reach_everything_need_a_second_factor(cast: Any) -> None:
    needed = {duty for duty, user in cast.items() if needs_second_factor(user)}
    assert needed == {
        StandardDuty.AUDITOR,
        StandardDuty.OPERATOR,
        StandardDuty.SYSTEM_ADMIN,
        StandardDuty.SECURITY_ADMIN,
    }


def test_a_needed_second_factor_is_enrolled_before_anything_else(strict: Any, client_of: Any, cast: Any) -> None:
    for user in cast.values():
        accept_password(user=user, now=timezone.now())
    keeper = client_of[StandardDuty.SECURITY_ADMIN]
    answer = keeper.get("/security/clients/")
    assert answer["Location"].startswith("/account/security/")
    assert "您的岗位须启用第二重验证" in keeper.get("/account/security/").content.decode()
    assert client_of[StandardDuty.OFFICER].get("/").status_code == 200


def test_what_is_owed_comes_before_other_systems_too(strict: Any, client_of: Any, system: Any) -> None:
    answer = client_of[StandardDuty.OFFICER].get(system.address())
    assert answer["Location"].startswith(OWN_PAGE)
