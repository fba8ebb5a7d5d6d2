"""People who play a case file through the real pages: they sit down at one browser, one after the other."""

import re
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.catalogue.bundle import Bundle, read_bundle
from yihu.hub.centres.matters.catalogue.files import read_folder
from yihu.hub.centres.matters.catalogue.plays import Act, Play
from yihu.hub.centres.matters.services.stage import PDF
from yihu.hub.centres.matters.services.versions import draft_version, publish_version

DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
COOKIE = "yihu_session"
NUMBER = "91440300MA5EXAMPL0"


def published(matter: str) -> Bundle:
    """The shipped bundle in force."""
    folder = settings.SHIPPED_MATTERS / matter
    with as_system("测试"):
        version, _ = draft_version(files=read_folder(folder), actor=None, now=timezone.now())
        publish_version(version=version, actor=None, now=timezone.now())
    return read_bundle(folder)


class Company:
    """The cast of one play at one browser."""

    def __init__(self, browser: Any, address: str, people: Mapping[str, Any], folder: Path, width: int = 1440) -> None:
        self.browser, self.address, self.people, self.folder = browser, address, people, folder
        self.width = width
        self.contexts: dict[str, Any] = {}
        self.faults: list[str] = []

    def page_of(self, name: str) -> Any:
        """Somebody's page; their session is made once."""
        if name not in self.contexts:
            client = Client()
            client.force_login(self.people[name])
            context = self.browser.new_context(
                base_url=self.address, locale="zh-CN", viewport={"width": self.width, "height": 900}
            )
            context.add_cookies([{"name": COOKIE, "value": client.cookies[COOKIE].value, "url": self.address}])
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: self.faults.append(str(error)))
            page.on("console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None)
            self.contexts[name] = page
        return self.contexts[name]

    def close(self) -> None:
        for page in self.contexts.values():
            page.context.close()


class Clock:
    """Moves every day of a case file, which was written for one day, to where today is; weekdays stay."""

    def __init__(self, play: Play, today: date) -> None:
        self.shift = timedelta(days=-(-(today - play.at.date()).days // 7) * 7)

    def moved(self, value: Any) -> Any:
        if isinstance(value, date):
            return (value + self.shift).isoformat()
        if isinstance(value, str) and DAY.match(value):
            return (date.fromisoformat(value) + self.shift).isoformat()
        if isinstance(value, Mapping):
            return {key: self.moved(inner) for key, inner in value.items()}
        return [self.moved(inner) for inner in value] if isinstance(value, list) else value


def apply(company: Company, bundle: Bundle, play: Play, form: Mapping[str, Any], taxpayer: str) -> tuple[Any, str]:
    """Fill in the form, add the materials, hand in; the page and the number of the case."""
    page = company.page_of(play.applicant)
    page.goto(f"/matters/items/{bundle.spec.key}/")
    page.goto(f"/matters/items/{bundle.spec.key}/apply/")
    if bundle.spec.apply.by == "counter":
        page.locator("#taxpayer").fill(taxpayer)
    page.get_by_role("button", name="开始填写").click()
    page.locator("#matter-form").wait_for()
    fill(page, form, company.people)
    for material in bundle.spec.materials:
        _upload(page, company.folder, material, play.materials.get(material.code, 0))
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url(re.compile(r"/matters/cases/[^/]+/$"))
    return page, page.url.rstrip("/").rsplit("/", 1)[-1]


def _upload(page: Any, folder: Path, material: Any, count: int) -> None:
    for at in range(count):
        kind = material.types[0]
        file = folder / f"{material.code}-{at}.{kind}"
        file.write_bytes(PDF[kind] + str(at).encode())
        page.locator(f"#material_{material.code} input[type=file]").set_input_files(str(file))
        page.locator(f"#material_{material.code} .material-file", has_text=file.name).wait_for()


def fill(page: Any, data: Mapping[str, Any], people: Mapping[str, Any], prefix: str = "") -> None:
    """Fill in fields by their names, in order; what a condition brings is waited for."""
    for name, value in data.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            fill(page, value, people, f"{path}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            _fill_rows(page, path, value, people)
        else:
            _fill_one(page, path, value, people)


def _fill_rows(page: Any, path: str, rows: list[Any], people: Mapping[str, Any]) -> None:
    for row in rows:
        before = _numbers(page, path)
        page.locator(f'button[name="_add"][value="{path}"]').click()
        number = _new(page, path, before)
        fill(page, row, people, f"{path}.{number}.")


def _numbers(page: Any, path: str) -> set[str]:
    names = page.locator(f'input[type=hidden][name^="{path}."]').evaluate_all("found => found.map(one => one.name)")
    return {name.rsplit(".", 1)[-1] for name in names}


def _new(page: Any, path: str, before: set[str]) -> str:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        more = _numbers(page, path) - before
        if more:
            return more.pop()
        page.wait_for_timeout(50)
    raise AssertionError(f"no new row of {path}")


def _fill_one(page: Any, path: str, value: Any, people: Mapping[str, Any]) -> None:
    found = page.locator(f'[name="{path}"]:not([type=hidden])')
    found.first.wait_for(state="attached")
    kind = found.first.evaluate("one => one.type || one.tagName.toLowerCase()")
    with _saved(page):
        if kind in {"radio", "checkbox"}:
            _tick(page, path, value)
        elif kind == "select-one":
            found.select_option(_text(value))
        else:
            found.fill(people[value].username if value in people else _text(value))
            found.blur()


def _tick(page: Any, path: str, value: Any) -> None:
    if isinstance(value, bool):
        page.locator(f'[name="{path}"][type=checkbox]').set_checked(value)
        return
    for one in value if isinstance(value, list) else [value]:
        page.locator(f'[name="{path}"][value="{one}"]').check()


class _saved:  # noqa: N801 (reads as a word of the sentence it stands in)
    """Waits until the page has told the server what was typed and shows what came back."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def __enter__(self) -> None:
        self.count = self._asked()

    def _asked(self) -> int:
        return int(self.page.evaluate(
            "() => { if (!window.told) { window.told = { n: 0 };"
            " document.body.addEventListener('htmx:afterSettle', () => window.told.n++);"
            " document.body.addEventListener('htmx:afterRequest', (e) => {"
            " if (e.detail.xhr && e.detail.xhr.status === 204) window.told.n++; }); } return window.told.n; }"
        ))  # fmt: skip

    def __exit__(self, kind: Any, *rest: Any) -> None:
        deadline = time.monotonic() + 2.5
        while kind is None and time.monotonic() < deadline:
            if self._asked() > self.count:
                return
            self.page.wait_for_timeout(30)


def _text(value: Any) -> str:
    return str(value)


def perform(company: Company, number: str, act: Act, data: Mapping[str, Any], step: str) -> Any:
    """One act of one of the cast at a step, on the page of the case."""
    page = company.page_of(act.by)
    page.goto(f"/matters/cases/{number}/")
    if act.verb == "withdraw":
        page.get_by_text("撤回申请").first.click()
        page.locator("form[action$='/withdraw/'] button[type=submit]").first.click()
        return page
    panel = page.locator("#act")
    other = panel.locator(".card-header a", has_text=step)
    if other.count():
        other.first.click()
        page.locator("#act-title", has_text=step).wait_for()
    fill(page, data, company.people)
    if act.opinion:
        panel.locator("#opinion").fill(act.opinion)
    if act.people:
        panel.locator("summary").click()
        panel.locator("#people").fill(" ".join(company.people[one].username for one in act.people))
    if act.verb == "return_to":
        panel.locator("#target").select_option(act.to)
    panel.locator(f'button[name=verb][value="{act.verb}"]').click()
    page.locator("#messages [role=status], #act [role=alert], .field-error").first.wait_for()
    refused = page.locator("#act [role=alert], .field-error").all_inner_texts()
    assert not refused, f"{act.by} {act.verb}: {refused}"
    return page
