"""Each matter played by people in a real browser, from the application to its result."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.matters.people import Clock, Company, apply, perform

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.catalogue.bundle import Bundle, read_bundle
from yihu.hub.centres.matters.catalogue.files import read_folder
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.matters.selectors.processes import open_nodes
from yihu.hub.centres.matters.services.versions import draft_version, publish_version
from yihu.hub.conftest import appointed, offices, plain_assets
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer
from yihu.hub.subsystems.bookings.handlers import put_on_stage

__all__ = ["offices", "plain_assets"]
ASSETS = settings.HUB / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
NUMBER = "91440300MA5EXAMPL0"
# One case of each matter; between them return, countersign (all, percent, in order), or-sign, delegation, transfer,
# added signature, parallel and inclusive branches and a sub-process.
PLAYED = {
    "registration/change": "address",
    "invoice/quota": "visit",
    "collection/deferral": "granted",
    "office/leave": "long",
    "office/overseas": "official",
    "logistics/vehicle": "visit",
    "logistics/meeting-room": "guests",
    "logistics/repair": "small",
    "information/it-request": "fault",
    "service/question": "published",
    "knowledge/paper": "accepted",
    "knowledge/article": "revised",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, and Django then refuses the database.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def company(
    browser: Any, live_server: Any, offices: dict[str, Any], tmp_path: Path, settings: Any
) -> Iterator[Callable[[Bundle, str], Company]]:
    settings.MEDIA_ROOT, settings.STATE = tmp_path / "uploads", tmp_path
    made: list[Company] = []

    def gather(bundle: Bundle, file: str) -> Company:
        play = bundle.plays[file]
        people = {
            name: appointed(StandardDuty(p.duty), offices[p.office], f"player{at}")
            for at, (name, p) in enumerate(play.cast.items())
        }
        for name, person in people.items():
            person.display_name = name
            person.save(update_fields=["display_name"])
        with as_system("测试"):
            put_on_stage(offices=offices, now=timezone.now())
            east = offices["east"]
            Taxpayer.objects.create(
                number=NUMBER, household_id="HEXAMPLE", name="示例科技有限公司", office_code=east.code,
                division_code=east.division_code,
            )  # fmt: skip
        made.append(Company(browser, live_server.url, people, tmp_path))
        return made[-1]

    yield gather
    for one in made:
        one.close()
        assert one.faults == []


def published(matter: str) -> Bundle:
    """The shipped bundle in force."""
    folder = settings.SHIPPED_MATTERS / matter
    with as_system("测试"):
        version, _ = draft_version(files=read_folder(folder), actor=None, now=timezone.now())
        publish_version(version=version, actor=None, now=timezone.now())
    return read_bundle(folder)


def of_case(number: str) -> Case:
    with as_system("测试"):
        return Case.objects.select_related("instance", "version").get(number=number)


def opened(case: Case) -> list[str]:
    with as_system("测试"):
        return sorted(open_nodes(case.instance))


def at_the_wheel(form: dict[str, Any], today: datetime) -> dict[str, Any]:
    """A trip whose vehicle is already out and may come back now: no page can wait for that."""
    return form | {
        "start_day": (today - timedelta(days=1)).date().isoformat(),
        "end_day": (today + timedelta(days=1)).date().isoformat(),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("matter", PLAYED)
def test_people_play_it_from_application_to_result(matter: str, company: Callable[[Bundle, str], Company]) -> None:
    file = f"cases/{PLAYED[matter]}.yaml"
    bundle = published(matter)
    play, cast = bundle.plays[file], company(bundle, file)
    clock = Clock(play, timezone.localdate())
    form = clock.moved(play.form)
    if matter == "logistics/vehicle":
        form = at_the_wheel(form, timezone.localtime())
    page, number = apply(cast, bundle, play, form, NUMBER)
    assert opened(of_case(number)) == sorted(play.open)
    for act in play.acts:
        page = perform(cast, number, act, clock.moved(act.data), bundle.outline.names[act.node])
        if act.open is not None:
            assert opened(of_case(number)) == sorted(act.open), act
    case = of_case(number)
    assert case.outcome == play.outcome
    page.goto(f"/matters/cases/{number}/")
    page.get_by_text(bundle.spec.outcomes[case.outcome].name).first.wait_for()
    with as_system("测试"):
        assert sorted(case.letters.values_list("code", flat=True)) == sorted(play.letters)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
