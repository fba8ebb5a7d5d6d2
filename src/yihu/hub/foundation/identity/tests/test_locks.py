"""The lock: neither got round by made-up headers nor usable to shut somebody out, and released by hand."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.identity.choices import Lock
from yihu.hub.foundation.identity.models import SignInAttempt
from yihu.hub.foundation.identity.selectors import find_lock, list_locks, source_of
from yihu.hub.foundation.identity.services.attempts import (
    UnableToSignInError,
    UnableToUnlockError,
    begin_attempt,
    forget_what_ended,
    note_success,
    unlock,
)
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import ListContract

pytestmark = pytest.mark.django_db
DOOR = "/account/sign-in/"
SPOOFED = 4_000


def _try(address: str = "10.0.0.1", username: str = "officer", **meta: str) -> SignInAttempt | None:
    """One failed try by a caller at an address; None when it was not looked at."""
    request = RequestFactory().post(DOOR, REMOTE_ADDR=address, **meta)
    try:
        return begin_attempt(request=request, username=username, now=timezone.now())
    except UnableToSignInError:
        return None


def _made_up(chance: random.Random) -> str:
    """A forwarded header as a guesser would write it."""
    one = ".".join(str(chance.randrange(256)) for _ in range(4))
    six = ":".join(f"{chance.randrange(65536):x}" for _ in range(8))
    return chance.choice((one, six, f"{one}, {six}", f"{one},127.0.0.1", "unknown", "", f'"{six}"', one * 9, "\0"))


@pytest.mark.parametrize("behind", [False, True])
def test_thousands_of_made_up_headers_do_not_move_the_caller(settings: Any, behind: bool) -> None:
    """Directly reached, or behind a proxy that appends: the caller's own words about itself count for nothing."""
    settings.BEHIND_PROXY, settings.TRUSTED_PROXIES = behind, ["10.9.9.9"]
    chance, looked_at = random.Random(20260101), 0
    for _ in range(SPOOFED):
        said = _made_up(chance)
        address, header = ("10.9.9.9", f"{said}, 10.0.0.1") if behind else ("10.0.0.1", said)
        looked_at += _try(address, HTTP_X_FORWARDED_FOR=header) is not None
    assert looked_at == settings.SIGN_IN_FAILURES
    assert set(SignInAttempt.objects.values_list("source", flat=True)) == {"10.0.0.1"}


def test_headers_of_strangers_are_not_believed(settings: Any) -> None:
    settings.BEHIND_PROXY, settings.TRUSTED_PROXIES = True, ["10.9.9.9"]
    assert _try("203.0.113.7", HTTP_X_FORWARDED_FOR="10.0.0.1").source == "203.0.113.7"


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_a_source_is_what_one_guesser_holds(address: str, source: str) -> None:
    assert source_of(address) == source


def test_guessing_from_elsewhere_does_not_shut_the_owner_out(settings: Any) -> None:
    """Ten thousand addresses guess; the owner signs in from where they always do."""
    note_success(attempt=_try("10.0.0.1"))
    for number in range(settings.SIGN_IN_FAILURES_ELSEWHERE * 3):
        _try(f"203.0.{number // 250}.{number % 250}")
    assert _try("198.51.100.1") is None, "a strange place is held back while guessing goes on"
    assert _try("10.0.0.1") is not None
    later = timezone.now() + timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES + 1)
    assert find_lock(username="officer", source="198.51.100.1", now=later) is None, "and only while it goes on"


def test_guessing_other_names_from_the_same_office_does_not_shut_it_out(settings: Any) -> None:
    note_success(attempt=_try("10.0.0.1"))
    for number in range(settings.SIGN_IN_FAILURES_PER_SOURCE + 5):
        _try("10.0.0.1", f"guess{number}")
    assert _try("10.0.0.1", "guess") is None
    assert _try("10.0.0.1") is not None


def test_unknown_names_are_held_back_like_known_ones(cast: Any, client: Client, settings: Any) -> None:
    """What the door says must not tell who exists."""
    said = {}
    for name in ("officer", "nobody"):
        form = {"login": name, "password": "wrong"}
        pages = [client.post(DOOR, form).content.decode() for _ in range(settings.SIGN_IN_FAILURES + 1)]
        said[name] = ["已暂停登录" in page for page in pages]
    assert said["officer"] == said["nobody"] == [False] * settings.SIGN_IN_FAILURES + [True]


def test_unknown_names_cost_the_same_work(cast: Any, client: Client, monkeypatch: Any) -> None:
    """One hash each, whether the account exists, is disabled, waits for activation, or not."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    cast[StandardDuty.DIRECTOR].set_unusable_password()
    cast[StandardDuty.DIRECTOR].save()
    cast[StandardDuty.OPERATOR].is_active = False
    cast[StandardDuty.OPERATOR].save()
    hashed: list[str] = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, p, s: hashed.append(p) or plain(self, p, s))
    counts = []
    for name in ("officer", "director", "operator", "nobody"):
        hashed.clear()
        client.post(DOOR, {"login": name, "password": "wrong"})
        counts.append(len(hashed))
    assert counts == [1, 1, 1, 1]


def test_tries_at_once_are_all_counted(settings: Any) -> None:
    """Each try is written down before it is looked at: of many at the same instant, no more than allowed pass."""
    now = timezone.now()
    SignInAttempt.objects.bulk_create(
        SignInAttempt(at=now, username="officer", source="10.0.0.1", address="10.0.0.1") for _ in range(200)
    )
    assert find_lock(username="officer", source="10.0.0.1", now=now) == Lock.PAIR


def test_the_security_administrator_releases(client_of: Any, client: Client, settings: Any) -> None:
    for _ in range(settings.SIGN_IN_FAILURES + 1):
        client.post(DOOR, {"login": "officer", "password": "wrong"})
    keeper = client_of[StandardDuty.SECURITY_ADMIN]
    page = keeper.get("/security/locks/").content.decode()
    assert "officer" in page
    assert "127.0.0.1" in page
    answer = keeper.post("/security/locks/release/?username=officer", follow=True).content.decode()
    assert "账号 officer 可以重新登录" in answer
    assert "没有被暂停的账号" in answer
    assert client.post(DOOR, {"login": "officer", "password": PASSWORD})["Location"] == "/"
    record = AccessRecord.objects.get(verb="account.unlock")
    assert (record.actor_username, record.target) == ("security_admin", "account:officer")


def test_nobody_else_releases_and_nothing_is_released_twice(client_of: Any, request_of: Any) -> None:
    for duty, browser in client_of.items():
        if duty != StandardDuty.SECURITY_ADMIN:
            assert browser.post("/security/locks/release/?username=officer").status_code == 403
    with pytest.raises(UnableToUnlockError):
        unlock(username="officer", request=request_of(), now=timezone.now())


def test_failures_are_counted_per_place(settings: Any) -> None:
    for _ in range(settings.SIGN_IN_FAILURES):
        _try("10.0.0.1")
    _try("10.0.0.2")
    held = list_locks(now=timezone.now())
    assert [(row.username, row.source, row.failures) for row in held] == [("officer", "10.0.0.1", 5)]


def test_old_tries_are_forgotten(settings: Any) -> None:
    _try()
    forget_what_ended(now=timezone.now() + timedelta(days=settings.SIGN_IN_KNOWN_DAYS, minutes=1))
    assert not SignInAttempt.objects.exists()


class TestLocks(ListContract):
    address = "/security/locks/"
    holders = frozenset({"SECURITY_ADMIN"})
