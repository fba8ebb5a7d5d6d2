"""The bell in a real browser beside a real live process: at once, with a word, across pages, on a phone."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from yihu.hub.config.supervisor import live_command
from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.notices.api import Urgency, notify
from yihu.hub.foundation.notices.models import Notice
from yihu.hub.foundation.notices.tests.conftest import TEMPLATE

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def live_process(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """The live process as the supervisor starts it, on the test's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    at = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}",
        "YIHU_HOME": str(tmp_path),
        "YIHU_SECRET_KEY": settings.SECRET_KEY,
    }
    process = subprocess.Popen(live_command("127.0.0.1", port), env=environment)
    until = time.monotonic() + 60
    while time.monotonic() < until and not _answers(port):
        time.sleep(0.2)
    monkeypatch.setenv("YIHU_LIVE_PORT", str(port))
    yield process
    process.terminate()
    process.wait(20)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.fixture
def page(live_process: Any, live_server: Any, cast: Any, request: Any, monkeypatch: Any) -> Iterator[Any]:
    """The officer's inbox; complaints of the browser fail the test."""
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        shown = browser.new_page(viewport={"width": request.param, "height": 844}, base_url=live_server.url)
        shown.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.goto("/notices/")
        shown.get_by_label("账号").fill("officer")
        shown.get_by_label("密码").fill(PASSWORD)
        shown.get_by_role("button", name="登录").click()
        shown.get_by_role("heading", name="消息", exact=True).wait_for()
        yield shown
        browser.close()
    assert complaints == []


def write(receiver: Any, title: str, **more: Any) -> None:
    notify(receiver=receiver, template=TEMPLATE, context={"title": title}, now=timezone.now(), **more)


@pytest.mark.parametrize("page", [1440, 390], indirect=True)
def test_a_notice_rings_at_once_and_leads_to_its_thing(page: Any, officer: Any) -> None:
    bell = page.locator("[data-bell]")
    page.get_by_role("link", name="消息，没有未读").wait_for()
    page.wait_for_timeout(1200)
    # Without the stream the page would look again only after a minute.
    write(officer, "请假", url="/codes/")
    page.get_by_role("region", name="新消息").get_by_text("新待办：请假").wait_for(timeout=5000)
    assert bell.locator("[data-bell-count]").inner_text() == "1"
    assert bell.get_attribute("aria-label") == "消息，1 条未读"
    assert page.get_by_role("region", name="新消息").get_attribute("aria-live") == "polite"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("region", name="新消息").get_by_role("link").click()
    page.get_by_role("heading", name="新待办：请假").wait_for()
    page.get_by_role("link", name="消息，没有未读").wait_for()
    assert page.get_by_role("region", name="新消息").get_by_role("link").count() == 0, "what was told is not told again"
    page.get_by_role("link", name="去办理").click()
    page.wait_for_url("**/codes/")


@pytest.mark.parametrize("page", [1440], indirect=True)
def test_urgent_ones_stay_until_shut_and_all_can_be_read_at_once(page: Any, officer: Any) -> None:
    page.wait_for_timeout(1200)
    write(officer, "立即撤离", urgency=Urgency.URGENT)
    toast = page.locator(".notice-toast.is-urgent")
    toast.wait_for(timeout=5000)
    assert "紧急" in toast.inner_text()
    toast.get_by_role("button", name="关闭提示").click()
    assert toast.count() == 0
    page.reload()
    page.get_by_role("button", name="全部标为已读").click()
    page.get_by_text("已将 1 条消息标为已读").wait_for()
    assert not Notice.objects.filter(read_at=None).exists()


@pytest.mark.parametrize("page", [1440], indirect=True)
def test_without_a_live_process_the_page_looks_once_a_minute(page: Any, officer: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("YIHU_LIVE_PORT")
    page.clock.install()
    page.reload()
    page.get_by_role("link", name="消息，没有未读").wait_for()
    write(officer, "请假")
    page.clock.fast_forward(50_000)
    page.wait_for_timeout(500)
    assert page.locator("[data-bell-count]").is_hidden()
    page.clock.fast_forward(15_000)
    page.get_by_role("link", name="消息，1 条未读").wait_for()
