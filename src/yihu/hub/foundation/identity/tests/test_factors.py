"""The authenticator app and recovery codes; passkeys are driven in a real browser (`test_browser.py`)."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from django.core.cache import cache
from django.test import Client

from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.identity.keys import seal, signing_key, unseal
from yihu.hub.foundation.identity.tests.conftest import six_digits
from yihu.hub.foundation.org.choices import StandardDuty

pytestmark = pytest.mark.django_db(transaction=True)
APP = "/account/security/app/"
DOOR = "/account/sign-in/"


@pytest.fixture(autouse=True)
def no_counts() -> None:
    """Counters outlive a test's database."""
    cache.clear()


@pytest.fixture
def browser(cast: Any) -> Client:
    client = Client()
    client.post(DOOR, {"login": "officer", "password": PASSWORD})
    return client


def _enrol(browser: Client) -> tuple[str, list[str]]:
    """The app's secret and the recovery codes."""
    secret = re.search(r"data-secret>([A-Z2-7=]+)<", browser.get(APP).content.decode()).group(1)
    answer = browser.post(APP, {"code": six_digits(secret)}, follow=True).content.decode()
    return secret, re.findall(r"<code>(\d{8})</code>", answer)


def _second_step(code: str) -> Any:
    client = Client()
    assert client.post(DOOR, {"login": "officer", "password": PASSWORD})["Location"] == f"{DOOR}second-factor/"
    assert client.get("/").status_code == 302, "the password alone opens nothing"
    return client.post(f"{DOOR}second-factor/", {"code": code})


def test_an_app_is_enrolled_asked_for_and_removed(browser: Client, cast: Any) -> None:
    secret, codes = _enrol(browser)
    assert len(codes) == 10
    assert "验证没有通过" in _second_step("000000").content.decode()
    assert _second_step(six_digits(secret))["Location"] == "/"
    browser.post(f"{APP}remove/")
    assert not Authenticator.objects.exists(), "recovery codes go with the last factor"
    verbs = set(AccessRecord.objects.filter(actor_username="officer").values_list("verb", flat=True))
    assert {"account.enrol-factor", "account.factor-failed", "account.remove-factor"} <= verbs
    signed = AccessRecord.objects.filter(verb="account.sign-in").latest("at")
    assert signed.detail["factors"] == ["password", "totp"]


def test_a_recovery_code_opens_once(browser: Client) -> None:
    _, codes = _enrol(browser)
    assert _second_step(codes[0])["Location"] == "/"
    assert _second_step(codes[0]).status_code == 200
    assert codes[1] not in browser.get("/account/security/codes/").content.decode(), "shown once"


def test_six_digits_are_good_once(browser: Client) -> None:
    secret, _ = _enrol(browser)
    code = six_digits(secret)
    assert _second_step(code)["Location"] == "/"
    assert _second_step(code).status_code == 200


def test_codes_cannot_be_tried_out(browser: Client) -> None:
    secret, _ = _enrol(browser)
    pages = [_second_step("000000").content.decode() for _ in range(6)]
    assert "连续出错次数过多" in pages[-1]
    assert _second_step(six_digits(secret)).status_code == 200, "not even the right one, for a while"


def test_the_last_needed_factor_stays(browser: Client, settings: Any, cast: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    keeper = Client()
    keeper.post(DOOR, {"login": "security_admin", "password": PASSWORD})
    _enrol(keeper)
    assert "先登记另一种" in keeper.post(f"{APP}remove/").content.decode()
    assert Authenticator.objects.filter(user=cast[StandardDuty.SECURITY_ADMIN], type="totp").exists()


def test_secrets_are_sealed_in_the_database(browser: Client, settings: Any) -> None:
    secret, codes = _enrol(browser)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in codes if code in stored]
    assert (settings.STATE / "factor-key").stat().st_mode & 0o077 == 0


def test_a_sealed_secret_that_was_altered_is_refused() -> None:
    sealed = seal("JBSWY3DPEHPK3PXP")
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"
    assert seal("JBSWY3DPEHPK3PXP") != sealed
    altered = sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB")
    with pytest.raises((InvalidTag, ValueError)):
        unseal(altered)


def test_the_signing_key_is_made_once_and_private(settings: Any) -> None:
    assert signing_key() == signing_key()
    path = settings.STATE / "oidc-key.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["oidc-key.pem"]


def test_something_that_matters_asks_again_after_a_while(browser: Client, monkeypatch: Any) -> None:
    import time

    later = time.time() + 3000
    monkeypatch.setattr(time, "time", lambda: later)
    answer = browser.get(APP)
    assert answer["Location"].startswith("/account/confirm/?next=")
    assert "密码不正确" in browser.post(answer["Location"], {"password": "wrong"}).content.decode()
    assert browser.post(answer["Location"], {"password": PASSWORD})["Location"] == APP
    assert browser.get(APP).status_code == 200
