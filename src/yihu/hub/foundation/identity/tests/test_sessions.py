"""Sessions: listed, ended at once, not too many, and gone with whoever leaves."""

from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.identity.templatetags.identity import device
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.services.leaving import leave_for_good

pytestmark = pytest.mark.django_db
LIST = "/account/sessions/"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def signed_in(username: str = "officer", **meta: str) -> Client:
    client = Client(**meta)
    assert client.post("/account/sign-in/", {"login": username, "password": PASSWORD})["Location"] == "/"
    return client


def test_the_list_tells_device_address_and_which_is_this_one(cast: Any) -> None:
    here = signed_in(HTTP_USER_AGENT=EDGE, REMOTE_ADDR="10.0.0.1")
    signed_in(HTTP_USER_AGENT="curl/8", REMOTE_ADDR="10.0.0.2")
    page = here.get(LIST).content.decode()
    assert all(word in page for word in ("Edge · Windows", "其他浏览器 · 其他系统", "10.0.0.1", "10.0.0.2"))
    assert page.count("本次") == 1


def test_one_session_is_ended_at_once(cast: Any) -> None:
    here, there = signed_in(), signed_in()
    other = UserSession.objects.exclude(session_key=here.session.session_key).get()
    answer = here.post(f"{LIST}{other.pk}/end/", follow=True)
    assert "该会话已结束" in answer.content.decode()
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert "已经结束" in here.post(f"{LIST}{other.pk}/end/", follow=True).content.decode()
    assert AccessRecord.objects.get(verb="account.end-session").detail["reason"] == "本人结束"


def test_nobody_ends_another_persons_session(cast: Any) -> None:
    officer, chief = signed_in(), signed_in("section_chief")
    theirs = UserSession.objects.get(session_key=officer.session.session_key)
    chief.post(f"{LIST}{theirs.pk}/end/")
    assert officer.get("/").status_code == 200


def test_all_others_are_ended_with_what_other_systems_were_given(cast: Any, system: Any) -> None:
    here, there = signed_in(), signed_in()
    Token.objects.create(client=system.registration.client, user=cast[StandardDuty.OFFICER], type="at", hash="x")
    assert "已结束其他 1 个会话" in here.post(f"{LIST}end-others/", follow=True).content.decode()
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert not Token.objects.exists()


def test_one_too_many_ends_the_oldest(cast: Any, settings: Any) -> None:
    browsers = [signed_in() for _ in range(settings.SESSIONS_AT_ONCE + 1)]
    assert [browser.get("/").status_code for browser in browsers] == [302] + [200] * settings.SESSIONS_AT_ONCE


def test_signing_out_takes_the_session_off_the_list(cast: Any) -> None:
    browser = signed_in()
    browser.post("/account/sign-out/")
    assert not UserSession.objects.exists()


def test_whoever_leaves_today_loses_sessions_and_tokens_now(cast: Any, system: Any) -> None:
    browser, user = signed_in(), cast[StandardDuty.OFFICER]
    Token.objects.create(client=system.registration.client, user=user, type="at", hash="x")
    now = timezone.now()
    leave_for_good(
        actor=cast[StandardDuty.SYSTEM_ADMIN], now=now, user=user, effective_on=timezone.localdate(now), reason="调离"
    )
    assert browser.get("/").status_code == 302
    assert not UserSession.objects.filter(user=user).exists()
    assert not Token.objects.filter(user=user).exists()
    assert "账号或密码不正确" in (
        Client().post("/account/sign-in/", {"login": "officer", "password": PASSWORD}).content.decode()
    )


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (EDGE, "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537.36", "Chrome · 安卓"),
        ("", "其他浏览器 · 其他系统"),
    ],
)
def test_names_of_devices(user_agent: str, name: str) -> None:
    assert device(user_agent) == name
