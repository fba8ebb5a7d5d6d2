"""Signing in with a real browser: a passkey from Chromium's virtual authenticator, an app's codes, ended sessions."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.identity.tests.conftest import six_digits

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
    pytest.mark.django_db(transaction=True),
]
# A passkey kept on the device, unlocked by its owner's finger.
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def open_page(live_server: Any, cast: Any, monkeypatch: Any) -> Iterator[Any]:
    """Opens pages, each in a browser profile of its own; complaints of any fail the test."""
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    cache.clear()
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])

        def make(width: int = 1440) -> Any:
            context = browser.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url)
            page = context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.cdp = context.new_cdp_session(page)
            page.cdp.send("WebAuthn.enable")
            return page

        yield make
        browser.close()
    assert complaints == []


def _sign_in(page: Any, username: str = "officer") -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def _sign_out(page: Any) -> None:
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/account/sign-in/")


def _passkey(page: Any) -> str:
    """Put an authenticator into the device and register a passkey of it."""
    number = page.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    page.goto("/account/security/passkeys/add/")
    page.locator("#id_name").fill("办公室电脑")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_role("heading", name="恢复码", level=1).wait_for()
    page.goto("/account/security/")
    page.get_by_role("cell", name="办公室电脑").wait_for()
    return number


def test_a_passkey_signs_in_alone_and_is_a_second_factor(open_page: Any) -> None:
    page = open_page()
    _sign_in(page)
    page.get_by_role("button", name="用户菜单").wait_for()
    _passkey(page)
    _sign_out(page)
    page.goto("/account/sign-in/?next=/account/sessions/")
    page.get_by_role("button", name="使用通行密钥").click()
    page.get_by_role("heading", name="登录会话").wait_for()
    _sign_out(page)
    _sign_in(page)
    page.get_by_role("heading", name="第二重验证").wait_for()
    page.goto("/")
    page.wait_for_url("**/account/sign-in/**")
    page.goto("/account/sign-in/second-factor/")
    page.get_by_role("button", name="用通行密钥验证").click()
    page.get_by_role("button", name="用户菜单").wait_for()
    used = AccessRecord.objects.filter(verb="account.sign-in").order_by("at").values_list("detail__factors", flat=True)
    assert list(used) == [["password"], ["webauthn"], ["password", "webauthn"]]


def test_a_finger_that_is_not_the_owners_opens_nothing(open_page: Any) -> None:
    page = open_page()
    _sign_in(page)
    page.get_by_role("button", name="用户菜单").wait_for()
    number = _passkey(page)
    _sign_out(page)
    page.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.get_by_role("button", name="使用通行密钥").click()
    page.get_by_text("没有完成").wait_for()
    page.goto("/account/security/")
    page.wait_for_url("**/account/sign-in/**")


def test_a_removed_passkey_opens_nothing(open_page: Any) -> None:
    page = open_page()
    _sign_in(page)
    page.get_by_role("button", name="用户菜单").wait_for()
    _passkey(page)
    page.get_by_role("link", name="移除").click()
    page.get_by_role("button", name="移除").click()
    page.get_by_text("通行密钥已移除").wait_for()
    _sign_out(page)
    page.get_by_role("button", name="使用通行密钥").click()
    page.get_by_text("验证没有通过").wait_for()


def test_an_app_is_set_up_on_a_phone_and_asked_for(open_page: Any) -> None:
    page = open_page(390)
    _sign_in(page)
    page.get_by_role("button", name="用户菜单").wait_for()
    page.goto("/account/security/app/")
    assert page.get_by_alt_text("验证器二维码").evaluate("image => image.complete && image.naturalWidth > 0")
    secret = page.locator("[data-secret]").inner_text()
    page.get_by_label("六位验证码").fill(six_digits(secret))
    page.get_by_role("button", name="启用").click()
    page.get_by_role("heading", name="恢复码", level=1).wait_for()
    assert page.locator(".codes code").count() == 10
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _sign_out(page)
    _sign_in(page)
    page.get_by_label("验证码").fill(six_digits(secret))
    page.get_by_role("button", name="确认").click()
    page.get_by_role("button", name="用户菜单").wait_for()


def test_a_session_ended_elsewhere_ends_at_once(open_page: Any) -> None:
    here, there = open_page(), open_page()
    for page in (there, here):
        _sign_in(page)
        page.get_by_role("button", name="用户菜单").wait_for()
    here.goto("/account/sessions/")
    here.get_by_role("button", name="结束", exact=True).click()
    here.get_by_text("该会话已结束").wait_for()
    there.goto("/account/security/")
    there.wait_for_url("**/account/sign-in/**")
    here.goto("/account/security/")
    here.get_by_role("heading", name="登录安全").wait_for()
