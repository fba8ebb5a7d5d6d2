"""A leave from the catalogue to the letter in a real browser, sent back once, on a desk and on a phone."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.centres.matters.models import Case, MatterVersion
from yihu.hub.centres.matters.services.loading import load_bundles
from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.org.models import Leave

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]


class Seats:
    """One browser; each person has a window of their own."""

    def __init__(self, browser: Any, address: str, width: int) -> None:
        self.browser, self.address, self.width = browser, address, width
        self.faults: list[str] = []

    def sit(self, username: str) -> Any:
        page = self.browser.new_context(
            viewport={"width": self.width, "height": 900}, base_url=self.address, locale="zh-CN"
        ).new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto("/account/sign-in/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.locator(".shell-content h1").wait_for()
        return page


@pytest.fixture(params=[1440, 390], ids=["desk", "phone"])
def seats(live_server: Any, cast: Any, request: pytest.FixtureRequest, monkeypatch: Any) -> Iterator[Seats]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    load_bundles(now=timezone.now())
    assert MatterVersion.objects.filter(matter__key="office/leave", state="PUBLISHED").exists()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        found = Seats(browser, live_server.url, request.param)
        yield found
        browser.close()
    assert found.faults == []


def fits(page: Any) -> None:
    """Nothing sticks out of the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def fill_in(page: Any, first: str, last: str) -> None:
    page.goto("/matters/")
    page.get_by_role("link", name="请假").first.click()
    page.get_by_role("link", name="申请办理").click()
    page.get_by_role("button", name="开始填写").click()
    page.get_by_label("假别").select_option(label="病假")
    page.locator("#saved", has_text="草稿已保存").wait_for()
    page.get_by_label("开始日期").fill(first)
    page.get_by_label("结束日期").fill(last)
    page.get_by_label("天数").fill("8")
    page.get_by_label("事由").fill("手术后休养")
    page.get_by_label("休假期间离开本市").check()
    page.get_by_label("去往何地").fill("广州市")
    page.get_by_role("button", name="增加一行").click()
    page.get_by_role("group", name="交接事项第 1 行").get_by_label("事项").fill("一季度走访")
    fits(page)


def test_a_leave_from_the_catalogue_to_the_letter(seats: Seats) -> None:
    first, last = (str(timezone.localdate() + timedelta(days=n)) for n in (10, 19))
    officer = seats.sit("officer")
    fill_in(officer, first, last)
    officer.get_by_role("button", name="提交申请").click()
    officer.get_by_text("请填写休假期间联系电话").first.wait_for()
    officer.get_by_text("请上传证明材料").first.wait_for()
    assert officer.get_by_label("去往何地").input_value() == "广州市", "nothing typed is lost"
    officer.get_by_label("休假期间联系电话").fill("13800138000")
    officer.get_by_label("工作代理人").fill("section_chief")
    officer.get_by_role("group", name="交接事项第 1 行").get_by_label("应办结日期").fill(last)
    paper = {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    officer.get_by_label("上传证明材料").set_input_files(paper)
    officer.get_by_text("证明.pdf").wait_for()
    officer.get_by_role("button", name="提交申请").click()
    officer.wait_for_load_state()
    assert officer.locator("#faults").all_inner_texts() == []
    officer.locator("#messages", has_text="已提交，编号 QJ").wait_for()
    fits(officer)
    case = Case.objects.get()

    chief = seats.sit("section_chief")
    chief.goto("/tasks/")
    chief.get_by_role("link", name=case.title).first.click()
    chief.get_by_text("138****8000").wait_for()
    chief.get_by_label("意见").fill("请写明住院日期")
    chief.get_by_role("button", name="退回").click()
    chief.locator("#messages", has_text="已退回").wait_for()

    officer.goto(f"/matters/cases/{case.number}/")
    officer.get_by_text("退回申请人补正").first.wait_for()
    officer.get_by_label("事由").fill("手术，其中五日住院")
    officer.get_by_role("button", name="重新提交").click()
    officer.locator("#messages", has_text="已同意").wait_for()

    chief.goto(f"/matters/cases/{case.number}/")
    chief.get_by_text("手术，其中五日住院").wait_for()
    chief.get_by_label("批准天数").fill("7")
    chief.get_by_label("意见").fill("拟同意")
    chief.get_by_role("button", name="同意", exact=True).click()
    chief.locator("#messages", has_text="已同意").wait_for()

    director = seats.sit("director")
    director.goto(f"/matters/cases/{case.number}/")
    fits(director)
    director.get_by_label("意见").fill("同意")
    director.get_by_role("button", name="同意", exact=True).click()
    director.locator("#messages", has_text="本件已办结").wait_for()
    director.goto(f"/matters/cases/{case.number}/?tab=process")
    director.locator(".djs-element.node-done").first.wait_for()
    fits(director)

    officer.goto(f"/matters/cases/{case.number}/?tab=letters")
    officer.get_by_role("link", name="准假通知单").click()
    officer.locator(".letter-sheet", has_text=case.number).wait_for()
    fits(officer)
    assert str(Leave.objects.get(user__username="officer").valid_from) == first
