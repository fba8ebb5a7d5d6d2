"""An officer answers: why this one, why not that one, what would have been said before; in a real browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]


@pytest.fixture
def page(live_server: Any, learned: Any, client_at: Any, monkeypatch: Any) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    client_at(learned.own)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": 1440, "height": 900}, base_url=live_server.url, locale="zh-CN")
        opened.faults = []
        opened.on("pageerror", lambda error: opened.faults.append(str(error)))
        opened.on("console", lambda m: opened.faults.append(m.text) if "Content Security Policy" in m.text else None)
        opened.goto("/account/sign-in/")
        opened.get_by_label("账号").fill(f"officer-{learned.own['office_code']}")
        opened.get_by_label("密码", exact=True).fill("correct-horse-battery")
        opened.get_by_role("button", name="登录", exact=True).click()
        opened.locator(".shell-content h1").wait_for()
        yield opened
        browser.close()


def test_why_this_one_and_why_not_that_one(page: Any, learned: Any) -> None:
    page.get_by_role("link", name="风险台账", exact=True).click()
    first = page.locator("table.worklist td.keep a").first
    assert first.inner_text() == (learned.own["name"] or learned.own["household_id"])
    first.click()
    page.locator(".sure-words").wait_for()
    page.get_by_text("推高概率的").wait_for()
    assert page.locator(".contributions").first.locator("tbody tr").count() > 1
    assert "什么变了会降低" in page.locator("#model").inner_text()
    assert "预计查补" in page.locator("#sure").inner_text()
    assert "2025-09-30" in page.locator("#before").inner_text()
    page.get_by_label("另一户的识别号或户编号").fill(learned.colleague["household_id"])
    page.get_by_role("button", name="两户对照").click()
    # Nobody has said why the other one is looked at; coming from the register's pages says it.
    page.get_by_role("heading", name="模型分解").wait_for()
    assert learned.colleague["name"] in page.locator(".difference-words, .model-pair").first.inner_text()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.goto("/risk/")
    first = page.locator(".register-table tbody tr").first.bounding_box()
    chance = page.locator(".register-table .chance-cell").first.bounding_box()
    assert chance["x"] + chance["width"] <= 390
    assert chance["y"] - first["y"] < 48
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("link", name="预计查补（万元）").click()
    page.get_by_text("按预计查补金额排序").wait_for()
    # Every column stands within the card.
    table = page.locator(".register-table")
    assert table.evaluate("t => t.scrollWidth <= t.parentElement.clientWidth")
    assert page.faults == []
