"""What the journeys of matters share: a browser, and the people of a play at it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.matters.people import NUMBER, Company

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.matters.catalogue.bundle import Bundle
from yihu.hub.conftest import appointed, offices, plain_assets
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer
from yihu.hub.subsystems.bookings.handlers import put_on_stage

__all__ = ["offices", "plain_assets"]
ASSETS = settings.HUB / "assets" / "dist" / ".built"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MARKS = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever sits down at a browser needs one."""
    for item in items:
        if "company" in getattr(item, "fixturenames", ()):
            for mark in MARKS:
                item.add_marker(mark)


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
) -> Iterator[Callable[..., Company]]:
    settings.MEDIA_ROOT, settings.STATE = tmp_path / "uploads", tmp_path
    made: list[Company] = []

    def gather(bundle: Bundle, file: str, width: int = 1440) -> Company:
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
        made.append(Company(browser, live_server.url, people, tmp_path, width))
        return made[-1]

    yield gather
    for one in made:
        one.close()
        assert one.faults == []
