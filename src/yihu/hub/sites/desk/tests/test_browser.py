"""The frame of the pages in a real browser: signing in, the keyboard, a phone, no blocked script or style."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from yihu.hub.conftest import PASSWORD

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture
def page(live_server: Any, cast: Any, request: pytest.FixtureRequest, monkeypatch: Any) -> Iterator[Any]:
    """A page of the given width; complaints of the browser end up in `page.complaints`."""
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        shown = browser.new_page(viewport={"width": request.param, "height": 800}, base_url=live_server.url)
        shown.complaints = []
        shown.on("console", lambda m: shown.complaints.append(m.text) if m.type == "error" else None)
        shown.on("pageerror", lambda error: shown.complaints.append(str(error)))
        yield shown
        browser.close()


def _sign_in(page: Any, username: str) -> None:
    page.goto("/audit/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="操作日志").wait_for()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", [1440], indirect=True)
def test_sign_in_leads_to_the_page_asked_for_and_keys_work(page: Any) -> None:
    _sign_in(page, "auditor")
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_text("前往操作日志").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "global-search"
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/account/sign-in/")
    assert page.complaints == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", [390], indirect=True)
def test_on_a_phone_the_navigation_opens_and_nothing_sticks_out(page: Any) -> None:
    _sign_in(page, "auditor")
    link = page.get_by_role("link", name="首页").first
    page.get_by_role("button", name="打开导航").click()
    link.wait_for()
    link.click()
    page.wait_for_url("/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.complaints == []
