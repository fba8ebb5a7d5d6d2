"""An officer's morning in a real browser: sign in, search, one household, its tabs, a chain, an export."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yihu.lens.home import Home
from yihu.lens.ingest.run import gather
from yihu.lens.simulate.run import simulate
from yihu.lens.snapshots.build import build
from yihu.lens.snapshots.reader import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PORT = 8671


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    folder = tmp_path_factory.mktemp("journey")
    simulate(folder / "source", taxpayers=120, invoices=2_500, months=12, seed=5, progress=lambda s, d: None)
    found = Home(folder / "home")
    gather(found, folder / "source", None, by="tester", now=NOW, progress=lambda s, d: None)
    build(found, now=NOW, progress=lambda s, d: None)
    return found


@pytest.fixture(scope="module")
def workbench(home: Home) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a running workbench, and the password of each first account."""
    from subprocess import run
    from sys import executable

    environment = {**os.environ, "YIHU_HOME": str(home.root)}
    start = (
        "from yihu.hub.config.serve import serve; "
        f"raise SystemExit(serve(host='127.0.0.1', port={PORT}, background=True))"
    )
    run([executable, "-c", start], env=environment, check=True, timeout=180)
    lines = (home.root / "demo-accounts.txt").read_text("utf-8").splitlines()
    yield f"http://127.0.0.1:{PORT}", dict(line.split("\t")[:2] for line in lines if "\t" in line)
    run([executable, "-c", "from yihu.hub.config.serve import stop; stop()"], env=environment, check=True, timeout=60)


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, workbench: tuple[str, dict[str, str]]) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    address, passwords = workbench
    width, height = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height}, base_url=address, locale="zh-CN")
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        page.goto("/")
        page.get_by_label("账号").fill("director")
        page.get_by_label("密码", exact=True).fill(passwords["director"])
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).wait_for()
        yield page
        assert page.faults == []
        browser.close()


def fits(page: object) -> bool:
    """No page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_sign_in_to_an_exported_chain(page, home, tmp_path: Path):
    first = Snapshot.open(home).worklist(limit=1)[0]
    page.locator(".levels strong").first.wait_for()
    assert fits(page)
    page.locator("#global-search").fill(first["name"][:6])
    page.locator("#search-suggestions a", has_text=first["name"]).first.click()
    page.get_by_role("heading", name="为什么查看这一户").wait_for()
    assert fits(page)
    page.get_by_text("风险应对", exact=True).click()
    page.get_by_role("button", name="继续查看").click()
    page.get_by_role("heading", name=first["name"], level=1).wait_for()
    for name in ("时间", "空间", "透视", "发票", "申报", "缴款", "风险", "归户", "证据", "概览"):
        page.locator(".tabs").get_by_text(name, exact=True).click()
        page.locator(f'.tabs a[aria-current]:text-is("{name}")').wait_for()
        assert fits(page), name
    page.locator(".tabs").get_by_text("空间", exact=True).click()
    page.locator('#network[data-ready="true"] canvas').first.wait_for()
    page.locator(".figure-card, .tabs a").get_by_text("概览", exact=True).click()
    page.locator(".figure-card").first.click()
    page.get_by_role("heading", name="怎样算出").wait_for()
    page.go_back()
    page.get_by_role("link", name="链条追踪").last.click()
    page.locator('#chain[data-ready="true"] canvas').first.wait_for()
    with page.expect_download() as caught:
        page.get_by_role("link", name="CSV").click()
    caught.value.save_as(tmp_path / "chain.csv")
    assert first["name"] in (tmp_path / "chain.csv").read_text("utf-8-sig")


def test_the_catalogue_of_indicators_leads_from_a_word_to_the_households(page, home):
    page.goto("/indicators/")
    page.get_by_role("heading", name="指标目录", level=1).wait_for()
    assert fits(page)
    page.get_by_label("主题").select_option("税负")
    page.wait_for_url("**theme=*")
    page.get_by_role("searchbox", name="名称、公式、依据或代码").fill("税负率近期")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="增值税税负率近期变动").click()
    page.get_by_role("heading", name="怎样算出").wait_for()
    page.locator(".bars-large path").wait_for()
    page.locator("#households tbody a").first.wait_for()
    assert fits(page)
    page.get_by_role("link", name="全部", exact=True).click()
    page.get_by_role("heading", name="增值税税负率近期变动：突出的户").wait_for()
    page.get_by_label("次序").select_option("从最高起")
    page.wait_for_url("**end=high*")
    page.locator("tbody a").first.wait_for()
    assert fits(page)
    page.get_by_role("button", name="本页说明").click()
    page.get_by_text("数字突出是线索，不是结论").wait_for()


def test_filters_stay_in_the_address_and_back_works(page, home):
    snapshot = Snapshot.open(home)
    page.goto("/worklist/?size=200")
    rows = page.locator("tbody [data-row]")
    assert rows.count() == snapshot.count_worklist()["all"]
    page.locator(".chip", has_text="低风险").click()
    page.wait_for_url(lambda url: "level=LOW" in url and "col=" not in url)
    page.wait_for_load_state()
    assert rows.count() == snapshot.count_worklist()["LOW"] > 0
    assert fits(page)
    page.go_back()
    page.wait_for_url(lambda url: "LOW" not in url)
    assert rows.count() == snapshot.count_worklist()["all"]
