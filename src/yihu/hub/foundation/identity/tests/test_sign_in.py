"""Signing in: the right password, the lock, no open door to elsewhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.identity.models import SignInAttempt
from yihu.hub.foundation.org.choices import StandardDuty

pytestmark = pytest.mark.django_db
DOOR = "/account/sign-in/"


def _try(client: Client, username: str = "officer", password: str = PASSWORD, **data: str):
    return client.post(DOOR, {"login": username, "password": password, **data})


def test_the_right_password_opens_and_is_recorded(client, cast) -> None:
    answer = _try(client, " OFFICER ")
    assert answer["Location"] == "/"
    record = AccessRecord.objects.get(verb="account.sign-in")
    assert (record.actor_username, record.post, record.address) == ("officer", "税收管理员", "127.0.0.1")


def test_wrong_name_and_wrong_password_are_not_told_apart(client, cast) -> None:
    wrong = _try(client, password="wrong-password").content.decode()
    unknown = _try(client, "nobody").content.decode()
    assert "账号或密码不正确" in wrong
    assert "账号或密码不正确" in unknown
    assert AccessRecord.objects.filter(verb="account.sign-in-failed").count() == 2


def test_five_failures_lock_even_the_right_password_until_time_passes(client, cast, settings) -> None:
    for _ in range(settings.SIGN_IN_FAILURES):
        _try(client, password="wrong-password")
    assert "已暂停登录" in _try(client).content.decode()
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES + 1))
    assert _try(client)["Location"] == "/"


def test_a_success_clears_the_count(client, cast, settings) -> None:
    for _ in range(settings.SIGN_IN_FAILURES - 1):
        _try(client, password="wrong-password")
    _try(client)
    other = Client()
    _try(other, password="wrong-password")
    assert _try(other)["Location"] == "/"


def test_one_address_guessing_many_names_is_locked(client, cast, settings) -> None:
    settings.SIGN_IN_FAILURES_PER_SOURCE = 3
    for number in range(3):
        _try(client, f"guess{number}")
    assert "已暂停登录" in _try(client).content.decode()


def test_a_locked_account_does_not_lock_others(client, cast, settings) -> None:
    for _ in range(settings.SIGN_IN_FAILURES):
        _try(client, password="wrong-password")
    assert _try(client, "director")["Location"] == "/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_no_foreign_address_follows_sign_in(client, cast, target: str) -> None:
    assert _try(client, next=target)["Location"] == "/"


def test_the_page_asked_for_follows_sign_in(client, cast) -> None:
    assert _try(client, next="/account/password/")["Location"] == "/account/password/"


def test_a_disabled_account_stays_outside(client, cast) -> None:
    cast[StandardDuty.OFFICER].is_active = False
    cast[StandardDuty.OFFICER].save()
    assert "账号或密码不正确" in _try(client).content.decode()


def test_the_session_gets_a_new_number_at_sign_in(client, cast) -> None:
    client.get(DOOR)
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["yihu_session"] = before = session.session_key
    _try(client)
    assert client.session.session_key != before


def test_forged_forms_are_refused_with_a_page(cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = _try(strict)
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_signing_out_needs_a_form_and_ends_the_session(client_of) -> None:
    client = client_of[StandardDuty.OFFICER]
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/")["Location"] == DOOR
    assert client.get("/").status_code == 302


def test_a_new_password_ends_other_sessions(client_of, cast) -> None:
    here, there = client_of[StandardDuty.OFFICER], Client()
    there.force_login(cast[StandardDuty.OFFICER])
    form = {"oldpassword": PASSWORD, "password1": "another-horse-42", "password2": "another-horse-42"}
    assert here.post("/account/password/", form)["Location"] == "/"
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


@pytest.mark.parametrize("weak", ["short1", "1234567890", "password123", "officer123"])
def test_weak_passwords_are_refused(client_of, weak: str) -> None:
    form = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    assert client_of[StandardDuty.OFFICER].post("/account/password/", form).status_code == 200
