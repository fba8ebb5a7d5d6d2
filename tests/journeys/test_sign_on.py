"""A system of somebody else's signs an officer on through Yihu: in real browsers, between three programs."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PORT, OUTSIDE_PORT = 8674, 8675
HERE, OUTSIDE = f"http://localhost:{PORT}", f"http://localhost:{OUTSIDE_PORT}"
PROGRAM = Path(__file__).with_name("outside_system.py")


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A running workbench without data, and the password of each first account."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    home = tmp_path_factory.mktemp("sign-on")
    environment = {**os.environ, "YIHU_HOME": str(home)}
    start = (
        "from yihu.hub.config.serve import serve; "
        f"raise SystemExit(serve(host='127.0.0.1', port={PORT}, background=True))"
    )
    subprocess.run([sys.executable, "-c", start], env=environment, check=True, timeout=240)
    lines = (home / "demo-accounts.txt").read_text("utf-8").splitlines()
    yield dict(line.split("\t")[:2] for line in lines if "\t" in line)
    stop = "from yihu.hub.config.serve import stop; stop()"
    subprocess.run([sys.executable, "-c", stop], env=environment, check=True, timeout=60)


@pytest.fixture
def people(passwords: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The security administrator and an officer, each at a browser of their own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        pages = {name: browser.new_context(locale="zh-CN").new_page() for name in ("secadmin", "officer")}
        complaints: list[str] = []
        for page in pages.values():
            page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        yield pages
        browser.close()
        assert complaints == []


def _sign_in(page: Any, name: str, passwords: dict[str, str]) -> None:
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(passwords[name])
    page.get_by_role("button", name="登录", exact=True).click()


def _register(page: Any) -> tuple[str, str]:
    """The security administrator registers the system by hand; its number and secret."""
    page.goto(f"{HERE}/security/clients/new/")
    page.get_by_label("系统名称").fill("外部演示系统")
    page.get_by_label("用途").fill("核对单点登录")
    page.get_by_label("登录后返回地址").fill(f"{OUTSIDE}/callback")
    page.get_by_label("退出后返回地址").fill(f"{OUTSIDE}/")
    for scope in ("姓名和账号", "机关和岗位", "岗责"):
        page.get_by_label(scope).check()
    page.get_by_role("button", name="登记").click()
    return page.locator("[data-client]").inner_text(), page.locator("[data-secret]").inner_text()


@pytest.fixture
def outside(people: dict[str, Any], passwords: dict[str, str]) -> Iterator[None]:
    """The outside system, registered and running as a program of its own."""
    keeper = people["secadmin"]
    keeper.goto(f"{HERE}/security/clients/")
    _sign_in(keeper, "secadmin", passwords)
    keeper.get_by_role("heading", name="单点登录系统", level=1).wait_for()
    number, secret = _register(keeper)
    process = subprocess.Popen([sys.executable, str(PROGRAM), HERE, number, secret, str(OUTSIDE_PORT)])
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", OUTSIDE_PORT)) == 0:
                break
        time.sleep(0.2)
    yield
    process.terminate()
    process.wait(10)


def test_an_officer_signs_on_is_told_of_and_is_cut_off(people: Any, passwords: dict[str, str], outside: None) -> None:
    officer, keeper = people["officer"], people["secadmin"]
    officer.goto(OUTSIDE)
    officer.get_by_role("link", name="sign on").click()
    _sign_in(officer, "officer", passwords)
    officer.get_by_role("heading", name="登录到 外部演示系统").wait_for()
    officer.get_by_role("button", name="不登录").click()
    officer.get_by_role("heading", name="refused: access_denied").wait_for()

    officer.goto(f"{OUTSIDE}/start")
    officer.get_by_role("button", name="同意并登录").click()
    officer.get_by_role("heading", name="welcome").wait_for()
    told = officer.locator("#told").inner_text()
    for word in ("name=林知远", "preferred_username=officer", "post=税收管理员", "duties=['OFFICER']", "office_name="):
        assert word in told
    assert officer.locator("#now").inner_text() == "200"

    keeper.goto(f"{HERE}/security/clients/")
    keeper.get_by_role("link", name="外部演示系统").click()
    keeper.get_by_role("button", name="停用").click()
    keeper.get_by_text("现有令牌全部作废").wait_for()
    officer.reload()
    assert officer.locator("#now").inner_text() == "401"
    officer.goto(f"{OUTSIDE}/start")
    officer.get_by_text("已经停用").wait_for()
    keeper.get_by_role("button", name="启用").click()
    keeper.get_by_text("已启用").wait_for()

    officer.goto(f"{OUTSIDE}/start")
    officer.get_by_role("button", name="同意并登录").click()
    officer.get_by_role("heading", name="welcome").wait_for()
    officer.get_by_role("link", name="out").click()
    officer.get_by_role("button", name="退出", exact=True).click()
    officer.get_by_role("heading", name="outside").wait_for()
    officer.goto(HERE)
    officer.wait_for_url("**/account/sign-in/**")
