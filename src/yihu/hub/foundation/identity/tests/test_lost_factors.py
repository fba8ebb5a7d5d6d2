"""Somebody who lost every second factor is helped by another person, on the record."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import FormContract

pytestmark = pytest.mark.django_db
PAGE = "/security/factors/reset/"
FORM = {"username": " Auditor ", "reason": "手机遗失，已当面核实", "sure": "on"}


@pytest.fixture
def keeper(client_of: Any) -> Any:
    return client_of[StandardDuty.SECURITY_ADMIN]


def _enrolled(user: Any) -> None:
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=user, type=kind, data={})


def test_all_factors_go_and_sessions_end_but_the_password_stays(keeper: Any, cast: Any) -> None:
    signed_in = Client()
    signed_in.post("/account/sign-in/", {"login": "auditor", "password": PASSWORD})
    _enrolled(cast[StandardDuty.AUDITOR])
    assert "已重设" in keeper.post(PAGE, FORM, follow=True).content.decode()
    assert not Authenticator.objects.exists()
    assert signed_in.get("/").status_code == 302
    assert Client().post("/account/sign-in/", {"login": "auditor", "password": PASSWORD})["Location"] == "/"
    record = AccessRecord.objects.get(verb="account.reset-factors")
    assert (record.actor_username, record.target, record.purpose) == (
        "security_admin",
        "account:auditor",
        "手机遗失，已当面核实",
    )


def test_nobody_resets_their_own(keeper: Any, cast: Any) -> None:
    _enrolled(cast[StandardDuty.SECURITY_ADMIN])
    page = keeper.post(PAGE, {**FORM, "username": "security_admin"})
    assert "不能重设自己" in page.content.decode()
    assert Authenticator.objects.count() == 2


@pytest.mark.parametrize(("username", "said"), [("nobody", "没有这个账号"), ("auditor", "无须重设")])
def test_what_cannot_be_done_is_said(keeper: Any, username: str, said: str) -> None:
    assert said in keeper.post(PAGE, {**FORM, "username": username}).content.decode()


class TestReset(FormContract):
    address = PAGE
    holders = frozenset({"SECURITY_ADMIN"})
    needed = frozenset({"username", "reason", "sure"})
