"""A model from training to in force and back, in a real browser, by the two people whose acts they are."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.models import ModelVersion, TrainingRun
from yihu.hub.centres.modelhub.services import training
from yihu.hub.centres.modelhub.tests.test_training import Kept, learned
from yihu.hub.conftest import PASSWORD
from yihu.lens.home import Home

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]


@pytest.fixture
def browser(live_server: Any, cast: Any, home: Home, monkeypatch: Any) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
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


def told(page: Any, text: str) -> None:
    page.locator("#messages", has_text=text).wait_for()


def test_a_model_is_trained_agreed_to_put_in_force_and_rolled_back(
    browser: Any, live_server: Any, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "find_current", Kept)
    monkeypatch.setattr(compute, "scored_by", lambda kept: {"champion": None, "challenger": None})
    monkeypatch.setattr(compute, "refusals_of", lambda kept: {})
    monkeypatch.setattr(compute, "kept_days", lambda: ["2025-12-31"])
    monkeypatch.setattr(compute, "train", learned(home))
    faults: list[str] = []
    steward = sit(browser, live_server.url, "section_chief", faults)
    steward.goto("/models/")
    steward.get_by_role("link", name="训练").click()
    steward.get_by_label("缘由").fill("首次训练，看看比规则好多少")
    steward.get_by_role("button", name="开始训练").click()
    told(steward, "训练已排队")
    assert steward.get_by_role("button", name="停止训练").is_visible()
    run = TrainingRun.objects.get()
    training.carry_out(run_id=run.pk, days=[])
    steward.locator(".mark", has_text="完成").wait_for()
    version = ModelVersion.objects.get(runs=run)
    steward.get_by_role("link", name=str(version)).click()
    steward.get_by_label("送审说明").fill("量得明显高于基准率")
    steward.get_by_role("button", name="送审").click()
    told(steward, "已送审")
    assert steward.get_by_role("button", name="同意进入影子").count() == 0

    approver = sit(browser, live_server.url, "director", faults)
    approver.goto("/tasks/")
    approver.get_by_role("link", name=f"{version}待审核").first.click()
    approver.get_by_role("link", name="可靠性").click()
    approver.locator("svg.reliability circle").first.wait_for()
    assert approver.locator("svg.reliability circle").count() > 3
    approver.get_by_role("link", name="指标", exact=True).click()
    approver.locator(".features-table tbody tr").first.locator("meter").wait_for()
    approver.set_viewport_size({"width": 390, "height": 844})
    assert approver.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    approver.set_viewport_size({"width": 1440, "height": 900})
    approver.get_by_role("link", name="说明卡").click()
    approver.get_by_label("审核意见").fill("先看影子")
    approver.get_by_role("button", name="同意进入影子").click()
    told(approver, "已进入影子")
    approver.get_by_label("启用或撤下的理由").fill("影子期间名单更准")
    approver.get_by_role("button", name="启用").click()
    told(approver, "已启用")
    approver.goto("/models/")
    assert approver.locator(".model-name").inner_text() == str(version)
    approver.get_by_role("link", name="回退").click()
    approver.get_by_label("原因").fill("误报集中在小户")
    approver.get_by_label("已知悉").check()
    approver.get_by_role("button", name="回退").click()
    told(approver, "清单只按规则排序")
    version.refresh_from_db()
    assert (version.state, version.last_reason) == ("RETIRED", "误报集中在小户")
    assert faults == []
