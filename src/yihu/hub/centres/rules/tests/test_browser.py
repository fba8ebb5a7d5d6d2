"""A change of a decision table from draft to effect, in a real browser, by the people whose acts they are."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.centres.rules.models import BackTest
from yihu.hub.centres.rules.services import backtesting
from yihu.hub.centres.rules.services.shipped import load_shipped_tables
from yihu.hub.conftest import PASSWORD
from yihu.hub.subsystems.household.tests.conftest import District, district, district_home

__all__ = ["district", "district_home"]

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
TABLE = "/rules/risk-response/"


@pytest.fixture
def browser(live_server: Any, cast: Any, district: District, monkeypatch: Any) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    load_shipped_tables(now=timezone.now())
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def sit(browser: Any, address: str, username: str, faults: list[str]) -> Any:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, base_url=address, locale="zh-CN")
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
    page.goto("/account/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator(".shell-content h1").wait_for()
    return page


def write(page: Any, row: int, column: int, text: str) -> None:
    """Put text into a cell of the editor, both counted from 1."""
    page.locator(".tjs-table tbody tr").nth(row - 1).locator("td").nth(column).click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Escape")


def save(page: Any) -> str:
    page.get_by_role("button", name="保存并分析").click()
    page.locator("#decision-state", has_text="已保存").wait_for()
    return page.locator("[data-findings]").inner_text()


def asked(page: Any, score: int, day: Any) -> dict[str, Any]:
    """The answer of the JSON door."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    body = {"inputs": {"score": score, "rule_score": 0, "sales_amount": 0}, "on": str(day)}
    answer = page.request.post(
        f"{TABLE}evaluate/", data=json.dumps(body), headers={"X-CSRFToken": token, "Content-Type": "application/json"}
    )
    assert answer.status == 200, answer.text()
    return answer.json()


def test_a_change_is_drafted_analysed_back_tested_published_and_takes_effect(browser: Any, live_server: Any) -> None:
    faults: list[str] = []
    today = timezone.localdate()
    author = sit(browser, live_server.url, "section_chief", faults)
    author.goto(TABLE)
    author.get_by_role("link", name="起草新版本").click()
    author.get_by_label("施行日期").fill(str(today + timedelta(days=2)))
    author.get_by_label("修改说明").fill("提示提醒的分值由四十降到三十")
    author.get_by_role("button", name="起草").click()
    author.locator(".tjs-table").wait_for()

    write(author, 5, 1, "< 30")  # 不推送 only below 30, while 提示提醒 still begins at 40: a gap
    findings = save(author)
    assert "DEC-A01" in findings
    assert "风险分值不低于 30、小于 40" in findings
    write(author, 4, 1, ">= 30")
    assert "DEC-A" not in save(author)

    author.get_by_role("link", name="返回版本").click()
    author.get_by_role("link", name="回测").click()
    author.get_by_role("button", name="开始回测").click()
    author.locator("#messages", has_text="回测已排队").wait_for()
    run = BackTest.objects.get()
    backtesting.carry_out(run_id=run.pk)
    author.get_by_role("heading", name="结果分布").wait_for()
    run.refresh_from_db()
    assert run.total == sum(one["version"] for one in run.counts) == sum(one["present"] for one in run.counts) > 0

    author.goto(f"{TABLE}versions/2/")
    assert author.get_by_role("button", name="发布").count() == 0
    author.get_by_role("button", name="送审").click()
    author.locator("#messages", has_text="已送审").wait_for()

    reviewer = sit(browser, live_server.url, "director", faults)
    reviewer.goto(f"{TABLE}difference/?left=1&right=2")
    assert reviewer.locator("tr.is-changed").count() == 2
    reviewer.goto(f"{TABLE}versions/2/")
    reviewer.get_by_role("button", name="发布").click()
    reviewer.locator("#messages", has_text="已发布").wait_for()

    before, after = asked(reviewer, 35, today), asked(reviewer, 35, today + timedelta(days=2))
    assert (before["value"], before["version"]) == ("不推送", 1)
    assert (after["value"], after["version"], after["rules"]) == ("提示提醒", 2, ["risk-response-4"])

    reviewer.goto(f"{TABLE}try/?version=2")
    reviewer.get_by_label("风险分值").fill("35")
    reviewer.get_by_role("button", name="判定").click()
    assert reviewer.locator(".try-outcome").inner_text() == "提示提醒"
    assert reviewer.locator("tr.is-hit").count() == 1
    assert faults == []


def test_the_editor_speaks_chinese(browser: Any, live_server: Any) -> None:
    faults: list[str] = []
    page = sit(browser, live_server.url, "section_chief", faults)
    page.goto("/rules/leave-approval/draft/")
    page.get_by_label("修改说明").fill("看看编辑器")
    page.get_by_role("button", name="起草").click()
    page.locator(".tjs-table").wait_for()
    page.locator(".tjs-table tbody td.input-cell").first.click(button="right")
    menu = page.locator(".context-menu").inner_text()
    assert "在下面增加规则" in menu
    assert not any(letter.isascii() and letter.isalpha() for letter in menu)
    head = page.locator(".tjs-table thead").inner_text() + page.locator(".decision-table-properties").inner_text()
    assert not any(letter.isascii() and letter.isalpha() for letter in head)
    assert faults == []
