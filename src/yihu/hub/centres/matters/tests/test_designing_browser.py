"""A designer changes the leave matter in a real browser, another person publishes it, an officer applies with it."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.centres.matters.catalogue.files import read_folder
from yihu.hub.centres.matters.catalogue.reading import raw_of
from yihu.hub.centres.matters.models import BundleDraft, BundleFile, Case, MatterVersion
from yihu.hub.centres.matters.selectors.processes import open_nodes
from yihu.hub.centres.matters.services.acting import act_on_case
from yihu.hub.centres.matters.services.applying import submit_application
from yihu.hub.centres.matters.services.drafts import begin_draft, raw_of_draft, save_draft
from yihu.hub.centres.matters.services.versions import draft_version, publish_version
from yihu.hub.centres.workflow import api as workflow
from yihu.hub.conftest import PASSWORD
from yihu.hub.foundation.org.api import StandardDuty

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
LEAVE = Path(__file__).parents[6] / "matters" / "office" / "leave"
FILLED = {
    "kind": "ANNUAL", "start": "2026-12-07", "end": "2026-12-08", "days": 2, "reason": "带父母体检",
    "phone": "13800138000",
}  # fmt: skip


class Desk:
    """One browser in which one person after another sits down."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        self.faults: list[str] = []

    def sit(self, username: str) -> Any:
        page = self.browser.new_page(viewport={"width": 1440, "height": 900}, base_url=self.address, locale="zh-CN")
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto("/account/sign-in/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.locator(".shell-content h1").wait_for()
        return page


@pytest.fixture
def desk(live_server: Any, cast: Any, leave: MatterVersion, monkeypatch: Any) -> Iterator[Desk]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        found = Desk(browser, live_server.url)
        yield found
        browser.close()
    assert found.faults == []


@pytest.fixture
def leave(transactional_db: None) -> MatterVersion:
    version, _ = draft_version(files=read_folder(LEAVE), actor=None, now=timezone.now())
    return publish_version(version=version, actor=None, now=timezone.now())


def apply_for_leave(version: MatterVersion, officer: Any) -> Case:
    now = timezone.now()
    draft = begin_draft(version=version, actor=officer, now=now, taxpayer_number="")
    save_draft(draft=draft, raw=raw_of_draft(draft) | raw_of(version.bundle.form, FILLED), now=now)
    draft.refresh_from_db()
    return submit_application(draft=draft, actor=officer, now=now)


def agree(case: Case, chief: Any, node: str) -> list[str]:
    """The chief agrees at a node; what is open afterwards."""
    case = Case.objects.select_related("version", "instance").get(pk=case.pk)
    mine = next(a for a in workflow.assignments_for(case.instance, chief) if a.step.node_id == node)
    act_on_case(case=case, assignment=mine, verb="agree", actor=chief, now=timezone.now(), opinion="同意", raw={})
    return sorted(open_nodes(Case.objects.get(pk=case.pk).instance))


def saved(page: Any) -> None:
    page.get_by_role("button", name="保存").click()
    page.locator("[data-save-state].is-on").wait_for()


def insert_countersign(page: Any) -> None:
    """A user task dropped on the flow behind the chief's approval, with all to agree."""
    page.goto("process/") if not page.url.endswith("process/") else None
    page.locator("#drawing[data-ready]").wait_for()
    flow = page.locator("[data-element-id=FlowHead] .djs-hit").first.bounding_box()
    page.locator(".djs-palette [data-action='create.user-task']").click()
    x, y = flow["x"] + flow["width"] / 2, flow["y"] + flow["height"] / 2
    page.mouse.move(x - 30, y - 12)
    page.mouse.move(x, y, steps=8)
    page.mouse.click(x, y)
    page.locator("#panel .panel-title", has_text="人工环节").wait_for()
    page.keyboard.press("Escape")
    page.locator("#panel [data-field=id] input").fill("JointReview")
    page.keyboard.press("Tab")
    page.locator("#panel [data-field=name] input").fill("部门会签")
    page.keyboard.press("Tab")
    page.locator("#panel [data-field=mode] select").select_option("all")
    page.locator("[data-element-id=JointReview]").first.wait_for()


def rewrite(page: Any, here: str, name: str, change: Any) -> None:
    page.goto(f"{here}files/{name}")
    source = page.locator("#source")
    source.fill(change(source.input_value()))
    saved(page)


def also_joint(text: str) -> str:
    """The case with the new step behind the chief's agreement."""
    more = "  - {by: 所长, node: JointReview, verb: agree, opinion: 会签同意, open: %s}\n"
    head = re.search(r"^  - \{by: 所长, node: HeadApproval, verb: agree,.*open: (\[\w*\])\}\n", text, re.M)
    assert head
    line = head[0].replace(f"open: {head[1]}", "open: [JointReview]")
    return text.replace(head[0], line + more % head[1])


def test_from_a_changed_process_to_an_application_with_it(desk: Desk, cast: Any, leave: MatterVersion) -> None:
    officer, chief = cast[StandardDuty.OFFICER], cast[StandardDuty.SECTION_CHIEF]
    old = apply_for_leave(leave, officer)

    page = desk.sit("system_admin")
    page.goto("/matters/design/")
    page.get_by_role("link", name="起草修改").first.click()
    page.get_by_label("修改原因").fill("增加部门会签和自驾情况")
    page.get_by_role("button", name="起草").click()
    page.locator("#messages", has_text="草稿已建立").wait_for()
    draft = BundleDraft.objects.get()
    here = f"/matters/design/{draft.pk}/"

    page.goto(f"{here}process/")
    insert_countersign(page)
    saved(page)
    assert page.locator("[data-problem-count]").inner_text() == "没有问题"
    assert page.locator("#drawing .bjs-powered-by").is_visible()
    assert page.evaluate("[...window.untranslated]") == []

    page.goto(f"{here}form/")
    page.locator("[data-path=away]").click()
    page.locator("#palette").get_by_role("button", name="是否").click()
    page.locator("#panel [data-field=title] input").fill("自驾前往")
    page.keyboard.press("Tab")
    page.locator("#preview").get_by_text("自驾前往").wait_for()
    saved(page)

    page.goto(here)
    page.get_by_role("button", name="运行用例").click()
    page.locator("#messages", has_text="没有通过").wait_for()
    page.get_by_text("应打开").first.wait_for()
    for name in ("cases/short.yaml", "cases/long.yaml"):
        rewrite(page, here, name, also_joint)
    page.goto(here)
    page.get_by_role("button", name="运行用例").click()
    page.locator("#messages", has_text="5 个用例全部通过").wait_for()
    page.goto(here)
    page.get_by_role("button", name="送审").click()
    page.locator("#messages", has_text="已送审").wait_for()
    assert page.get_by_role("button", name="发布").count() == 0

    page = desk.sit("operator")
    page.goto(f"{here}difference/")
    page.get_by_role("cell", name="人工环节“部门会签” JointReview", exact=True).wait_for()
    page.get_by_text("字段“自驾前往”").first.wait_for()
    page.get_by_text("会签（全部同意）").first.wait_for()
    page.goto(here)
    page.get_by_label("审核意见").fill("同意发布")
    page.get_by_role("button", name="发布").click()
    page.locator("#messages", has_text="已发布").wait_for()

    page = desk.sit("officer")
    page.goto("/matters/items/office/leave/apply/")
    page.get_by_role("button", name=re.compile("开始|填写|申请")).first.click()
    page.get_by_label("自驾前往").wait_for()
    version = MatterVersion.objects.get(edition="1.1")
    new = apply_for_leave(version, officer)
    assert agree(new, chief, "HeadApproval") == ["JointReview"]
    # The one under way goes on as it began: no countersign, no new field.
    assert agree(old, chief, "HeadApproval") == []
    old.refresh_from_db()
    assert (old.version, old.outcome) == (leave, "Granted")


def test_the_form_designer_loses_nothing_it_does_not_know(desk: Desk, cast: Any) -> None:
    page = desk.sit("system_admin")
    page.goto("/matters/design/")
    page.get_by_role("link", name="起草修改").first.click()
    page.get_by_label("修改原因").fill("试")
    page.get_by_role("button", name="起草").click()
    draft = BundleDraft.objects.get()
    row = BundleFile.objects.get(draft=draft, name="form.json")
    form = json.loads(row.text)
    # What the panels have no word for: a shape used twice, a nested condition, an option beside others.
    form["$defs"] = {"place": {"type": "string", "title": "地点", "maxLength": 40}}
    form["properties"]["origin"] = {"$ref": "#/$defs/place", "title": "出发地"}
    form["allOf"].append(
        {
            "if": {"properties": {"days": {"minimum": 5}, "away": {"const": True}}, "required": ["days", "away"]},
            "then": {"properties": {"contact": {"type": "string", "title": "紧急联系人", "maxLength": 30}}},
            "else": {"properties": {"remark": {"type": "string", "title": "备注", "maxLength": 30}}},
        }
    )
    BundleFile.objects.filter(pk=row.pk).update(text=json.dumps(form))
    page.goto(f"/matters/design/{draft.pk}/form/")
    page.locator("[data-path=contact]").click()
    page.get_by_text("自定义条件").first.wait_for()

    # There and back: moved, renamed, made conditional and unconditional, required and not.
    page.locator("[data-path=reason]").click()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowDown")
    field = page.locator("#panel [data-field=name] input")
    for name in ("why", "reason"):
        field.fill(name)
        page.keyboard.press("Tab")
        page.locator(f"[data-path={name}]").wait_for()
    page.locator("#panel [data-field=when] select").select_option("kind")
    page.locator("#panel [data-field=value] select").select_option("SICK")
    page.locator("#panel [data-field=when] select").select_option("")
    saved(page)
    after = json.loads(BundleFile.objects.get(pk=row.pk).text)
    assert after["required"].sort() == form["required"].sort()
    assert sorted(after["required"]) == sorted(form["required"])
    assert {**after, "required": 0} == {**form, "required": 0}


def test_what_is_foreign_is_not_imported_and_the_reason_is_shown(desk: Desk, cast: Any, tmp_path: Path) -> None:
    page = desk.sit("system_admin")
    page.goto("/matters/design/")
    page.get_by_role("link", name="起草修改").first.click()
    page.get_by_label("修改原因").fill("试")
    page.get_by_role("button", name="起草").click()
    draft = BundleDraft.objects.get()
    page.goto(f"/matters/design/{draft.pk}/process/")
    page.locator("#drawing[data-ready]").wait_for()
    text = (LEAVE / "process.bpmn").read_text("utf-8")
    bad, good = tmp_path / "bad.bpmn", tmp_path / "good.bpmn"
    bad.write_text(text.replace("<bpmn:startEvent", '<bpmn:scriptTask id="S" /><bpmn:startEvent', 1), "utf-8")
    good.write_text(text.replace('name="登记休假"', 'name="登记年假"', 1), "utf-8")
    page.locator("[data-import]").set_input_files(bad)
    dialog = page.locator("dialog")
    dialog.get_by_text("scriptTask").wait_for()
    dialog.get_by_role("button", name="知道了").click()
    assert page.locator("#drawing").get_by_text("登记休假").count() == 1
    page.locator("[data-import]").set_input_files(good)
    page.locator("#drawing").get_by_text("登记年假").wait_for()
    saved(page)
    with page.expect_download() as got:
        page.get_by_role("button", name="导出图片").click()
    assert "登记年假" in Path(got.value.path()).read_text("utf-8")
