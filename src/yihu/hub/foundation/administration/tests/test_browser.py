"""From an office that is not there to an officer who has left, in a real browser, by the people whose acts they are."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.org.models import Appointment, User

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
OWN_PASSWORD = "quiet-lantern-meadow-7"
ROOT = "/administration/"


class Desk:
    """One browser in which one person after another sits down."""

    def __init__(self, browser: Any, address: str, width: int) -> None:
        self.browser, self.address, self.width = browser, address, width
        self.faults: list[str] = []
        self.page: Any = None

    def sit(self, username: str, password: str = PASSWORD) -> Any:
        self.page = self.open()
        self.page.goto("/account/sign-in/")
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.locator(".shell-content h1").wait_for()
        return self.page

    def open(self) -> Any:
        page = self.browser.new_page(
            viewport={"width": self.width, "height": 900}, base_url=self.address, locale="zh-CN"
        )
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None)
        return page

    def said(self, text: str) -> None:
        """The receipt is there and nothing sticks out of the window."""
        self.page.locator("#messages", has_text=text).wait_for()
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture(params=[1440, 390], ids=["desk", "phone"])
def desk(live_server: Any, cast: Any, request: pytest.FixtureRequest, monkeypatch: Any) -> Iterator[Desk]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        found = Desk(browser, live_server.url, request.param)
        yield found
        browser.close()
    assert found.faults == []


def day(ahead: int = 0) -> str:
    return str(timezone.localdate() + timedelta(days=ahead))


def open_office_and_post(desk: Desk) -> None:
    page = desk.sit("system_admin")
    page.goto(f"{ROOT}offices/")
    page.get_by_role("link", name="深圳市税务局").first.click()
    page.get_by_role("link", name="设立下级机关").click()
    page.get_by_label("机关代码").fill("1440306")
    page.get_by_label("机关名称").fill("福田税务所")
    page.get_by_label("级次").select_option("5")
    page.get_by_label("依据").fill("深税发〔2026〕1号")
    page.get_by_role("button", name="设立机关").click()
    desk.said("已设立 福田税务所")
    page.get_by_role("link", name="设岗位", exact=True).click()
    page.get_by_label("岗位代码").fill("1440306-G1")
    page.get_by_label("岗位名称").fill("管理员一岗")
    page.get_by_role("button", name="设岗位").click()
    desk.said("已设岗位 管理员一岗")


def give_duty(desk: Desk) -> None:
    page = desk.sit("security_admin")
    page.locator(".numbers a", has_text="岗位未授岗责").click()
    page.get_by_role("link", name="管理员一岗").click()
    page.get_by_role("link", name="授予岗责").click()
    page.locator("#id_duty").select_option(label="税收管理员（业务，本机关）")
    page.get_by_role("button", name="授予岗责").click()
    desk.said("起有岗责“税收管理员”")


def register_and_appoint(desk: Desk) -> str:
    """Gives the activation code."""
    page = desk.sit("system_admin")
    page.goto(f"{ROOT}people/new/")
    page.get_by_label("账号").fill("zhangwei")
    page.get_by_label("姓名").fill("张伟")
    page.get_by_label("所在机关").fill("1440306")
    page.get_by_role("button", name="登记人员").click()
    desk.said("已登记 张伟")
    page.get_by_role("link", name="发放激活码").click()
    page.get_by_role("button", name="生成激活码").click()
    code = page.locator("#activation-code").inner_text()
    page.get_by_role("link", name="已交给本人").click()
    page.get_by_role("link", name="任命", exact=True).click()
    page.locator("#id_post").press_sequentially("管理员一")
    page.locator('datalist#list_post option[value^="1440306-G1"]').wait_for(state="attached")
    page.locator("#id_post").fill("1440306-G1 管理员一岗")
    page.get_by_role("button", name="任命").click()
    desk.said("等待安全管理员确认")
    return code


def confirm(desk: Desk) -> None:
    page = desk.sit("security_admin")
    page.locator(".list-group-item", has_text="张伟").click()
    page.get_by_text("查看一户式").first.wait_for()
    page.get_by_role("button", name="确认任职").click()
    desk.said("已确认：张伟")


def activate(desk: Desk, code: str) -> None:
    page = desk.open()
    page.goto("/account/activate/")
    page.get_by_label("账号").fill("zhangwei")
    page.get_by_label("激活码").fill(code)
    page.get_by_label("新密码", exact=True).fill(OWN_PASSWORD)
    page.get_by_label("再输一次新密码").fill(OWN_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/sign-in/**")


def lend_and_rest(desk: Desk) -> None:
    page = desk.sit("zhangwei", OWN_PASSWORD)
    page.goto(f"{ROOT}mine/")
    page.get_by_text("本机关（1440306）").first.wait_for()
    page.get_by_role("link", name="委托他人").click()
    page.locator("#id_receiver").fill("officer")
    page.locator("#id_last_day").fill(day(3))
    page.get_by_label("归并与撤销归并").check()
    page.locator("#id_reason").fill("出差")
    page.get_by_role("button", name="委托", exact=True).click()
    desk.said("已委托 税收管理员")
    page.get_by_role("button", name="撤回").click()
    desk.said("已撤回对 税收管理员 的委托")
    page.get_by_role("link", name="登记休假").click()
    page.locator("#id_last_day").fill(day(2))
    page.locator("#id_substitute").fill("officer")
    page.get_by_role("button", name="登记休假").click()
    desk.said("由 税收管理员 代办")
    page.get_by_text("休假中").wait_for()


def leave_for_good(desk: Desk) -> None:
    page = desk.sit("system_admin")
    page.goto(f"{ROOT}people/zhangwei/")
    page.get_by_role("link", name="离岗", exact=True).click()
    page.get_by_text("任职终止：福田税务所 管理员一岗").wait_for()
    page.locator("#id_reason").fill("调离")
    page.get_by_role("button", name="办理离岗").click()
    page.get_by_text("此事不能撤回").wait_for()
    page.get_by_label("我已看清").check()
    page.get_by_role("button", name="办理离岗").click()
    desk.said("起离岗")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_from_a_new_office_to_a_leaver(desk: Desk) -> None:
    open_office_and_post(desk)
    give_duty(desk)
    code = register_and_appoint(desk)
    confirm(desk)
    activate(desk, code)
    lend_and_rest(desk)
    officer = desk.page
    leave_for_good(desk)
    officer.goto(f"{ROOT}mine/")
    officer.wait_for_url("**/account/sign-in/**")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("desk", [1440], indirect=True)
def test_the_tree_unfolds_and_the_search_suggests(desk: Desk) -> None:
    page = desk.sit("system_admin")
    page.goto(f"{ROOT}offices/")
    page.locator(".tree a", has_text="罗湖税务所").wait_for()
    page.locator("#global-search").fill("南山")
    page.locator("#search-suggestions a", has_text="南山税务所").click()
    page.get_by_role("heading", name="南山税务所", level=1).wait_for()
    page.get_by_role("button", name="本页说明").click()
    page.get_by_role("dialog").get_by_text("安全管理员授予岗责").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/administration/people/")


@pytest.mark.django_db(transaction=True)
def test_appointments_are_ticked_by_keyboard_or_finger_and_confirmed_together(desk: Desk) -> None:
    post = Appointment.objects.get(user__username="officer").post
    now = timezone.now()
    for n in range(3):
        person = User.objects.create_user(f"new{n}", "x", display_name=f"新人{n}", office=post.office)
        Appointment.objects.create(user=person, post=post, valid_from=timezone.localdate(now), appointed_at=now)
    page = desk.sit("security_admin")
    page.goto(f"{ROOT}appointments/waiting/")
    act = page.locator("#pick button")
    assert act.is_disabled()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert act.text_content() == "确认所选（2）"
    page.locator(".pick label").nth(1).click()
    assert act.text_content() == "确认所选（1）"
    page.get_by_label("全选本页 3 项").check()
    assert act.text_content() == "确认所选（3）"
    act.press("Enter")
    desk.said("已确认 3 项任职")
    page.get_by_text("没有待确认的任职").wait_for()
