"""One process in a real browser: countersigned, one more signer, advice asked for, sent back, brought to its end."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.workflow.tests.bpmn import drawn, line, user
from yihu.hub.centres.workflow.tests.conftest import Play
from yihu.hub.conftest import PASSWORD

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]


class Desk:
    """One browser in which one person after another sits down to the same process."""

    def __init__(self, browser: Any, address: str, width: int, process: int) -> None:
        self.browser, self.address, self.width, self.process = browser, address, width, process
        self.faults: list[str] = []

    def sit(self, username: str) -> Any:
        page = self.browser.new_page(viewport={"width": self.width, "height": 900}, base_url=self.address)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto(f"/account/sign-in/?next=/processes/{self.process}/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.locator("[data-process]").wait_for()
        return page

    def act(self, username: str, verb: str, *, person: str = "", opinion: str = "", **choices: str) -> None:
        """Choose a verb, fill in what it shows, send it, and read the receipt."""
        page = self.sit(username)
        page.get_by_role("radio", name=verb, exact=True).check()
        if person:
            page.locator("#id_person_1").fill(person)
        for name, label in choices.items():
            page.locator(f"#id_{name}").select_option(label=label)
        if opinion:
            page.get_by_label("意见").fill(opinion)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_role("button", name="提交", exact=True).click()
        page.locator("#messages", has_text=f"已{verb}").wait_for()
        page.close()


@pytest.fixture(params=[1440, 390], ids=["desk", "phone"])
def browser(request: pytest.FixtureRequest, monkeypatch: Any) -> Iterator[tuple[Any, int]]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found, request.param
        found.close()


def test_from_hand_to_hand(live_server: Any, browser: tuple[Any, int], people: SimpleNamespace) -> None:
    play = Play(people)
    play.start(drawn(line(user("a", "zhang", name="经办审核"), user("b", "li wang", mode="all", name="科室会签"))))
    desk = Desk(browser[0], live_server.url, browser[1], play.instance.pk)

    desk.act("zhang", "同意", opinion="属实")
    desk.act("li", "加签", person="zhao", place="在我之前：他们都同意后再轮到我")
    desk.act("zhao", "委派", person="qian")
    desk.act("qian", "同意", opinion="建议补充附件")
    desk.act("zhao", "同意")
    desk.act("wang", "退回", node_id="经办审核（zhang）", opinion="请补充附件")
    assert play.waiting() == {"a": ["zhang"]}
    desk.act("zhang", "同意", opinion="已补充")
    desk.act("li", "转办", person="qian")
    desk.act("qian", "同意")
    desk.act("wang", "同意")
    assert play.state == "COMPLETED"

    page = desk.sit("sun")
    page.locator(".picture .djs-shape.process-done").first.wait_for()
    trail = page.locator("section[aria-labelledby=trail-title] tbody tr")
    with as_system("试验"):
        assert trail.count() == play.instance.trail.count()
    assert page.get_by_role("radio").count() == 0
    assert desk.faults == []
