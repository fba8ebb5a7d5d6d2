"""In a real browser: a system is registered, let in by somebody else, given a key; pushes a to-do and withdraws it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from yihu.hub.centres.exchange.models import SystemKey
from yihu.hub.centres.exchange.tests.rows import Caller
from yihu.hub.conftest import PASSWORD

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
TODO = {"receivers": ["officer"], "title": "请审批公务用车申请", "url": "https://oa.example.gov.cn/todo/1"}


@pytest.fixture(autouse=True)
def _own_state(settings: Any, tmp_path: Path) -> None:
    settings.STATE = tmp_path


@pytest.fixture(params=[1440, 390], ids=["desk", "phone"])
def sit(live_server: Any, cast: Any, request: pytest.FixtureRequest, monkeypatch: Any) -> Iterator[Any]:
    """Somebody sits down at a browser of their own."""
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    faults: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])

        def sit_down(username: str) -> Any:
            view = {"width": request.param, "height": 900}
            page = browser.new_page(viewport=view, base_url=live_server.url, locale="zh-CN")
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
            page.goto("/account/sign-in/")
            page.get_by_label("账号").fill(username)
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
            page.locator(".shell-content h1").wait_for()
            return page

        yield sit_down
        browser.close()
    assert faults == []


def fits(page: Any) -> None:
    """Nothing sticks out of the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def register(page: Any) -> None:
    page.goto("/exchange/")
    page.get_by_role("link", name="登记系统").first.click()
    for label, value in {
        "系统代码": "oa-city", "系统名称": "市局办公系统", "归口机关": "1440300", "联系人": "王工 0755-1234",
        "用途": "推送公务用车待办", "可链接的主机": "oa.example.gov.cn", "登记依据": "深税信〔2026〕12号",
    }.items():  # fmt: skip
        page.get_by_label(label).fill(value)
    for operation in ("核对身份", "推送待办", "办结待办"):
        page.get_by_label(operation).first.check()
    fits(page)
    page.get_by_role("button", name="登记", exact=True).click()
    page.locator("#messages", has_text="等待另一人复核启用").wait_for()
    fits(page)


def let_in(page: Any) -> None:
    page.goto("/exchange/")
    page.get_by_role("link", name="市局办公系统").first.click()
    page.get_by_role("link", name="复核", exact=True).click()
    page.get_by_text("oa.example.gov.cn").first.wait_for()
    fits(page)
    page.get_by_role("button", name="启用", exact=True).click()
    page.locator("#messages", has_text="已启用").wait_for()


def give_key(page: Any, key: Ed25519PrivateKey) -> Caller:
    page.goto("/exchange/systems/oa-city/")
    page.get_by_role("link", name="发放密钥").click()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    page.locator("#id_public_key").fill(key.public_key().public_bytes(serialization.Encoding.PEM, form).decode())
    fits(page)
    page.get_by_role("button", name="发放", exact=True).click()
    key_id = page.locator("[data-key]").inner_text()
    fits(page)
    return Caller(SystemKey.objects.get(key_id=key_id), key)


def test_from_registration_to_a_withdrawn_todo(sit: Any) -> None:
    security = sit("security_admin")
    register(security)
    let_in(sit("system_admin"))
    caller, outside = give_key(security, Ed25519PrivateKey.generate()), Client()
    address = "/api/exchange/v1/todos/F-1"
    assert caller.call(outside, "PUT", address, TODO | {"stamp": 1000}).status_code == 200
    officer = sit("officer")
    officer.goto("/tasks/")
    officer.get_by_text("请审批公务用车申请").first.wait_for()
    assert caller.call(outside, "DELETE", address, query="stamp=2000").json()["items"][0]["changed"] == 1
    officer.goto("/tasks/")
    officer.locator(".shell-content h1").wait_for()
    assert officer.get_by_text("请审批公务用车申请").count() == 0
    security.goto("/exchange/systems/oa-city/?tab=passages")
    security.get_by_text("办结待办").first.wait_for()
    fits(security)
