"""The cast of the web application's tests; the database is the checkout's own (see the conftest at its root)."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from yihu.hub.config.roles import WEB_ROLE
from yihu.hub.foundation.org.choices import StandardDuty

PASSWORD = "correct-horse-battery"  # noqa: S105
LONG_AGO = date(1994, 8, 1)


@pytest.fixture
def open_tmp() -> Iterator[Path]:
    """A temporary directory that other users may pass through: pytest shuts its own to all but root."""
    path = Path(tempfile.mkdtemp(prefix="yihu-test-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(autouse=True)
def plain_assets(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Address assets by their own names: no build of the pages is needed to test the views."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()
    settings.AUDIT_DIRECTORY = tmp_path_factory.mktemp("audit")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The cast's passwords are handed out and its administrators have no second factor; identity's tests ask for both.
    settings.HANDED_OUT_MUST_CHANGE = settings.SECOND_FACTOR_REQUIRED = False
    settings.RULES_FLUSH_SECONDS = 0
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def web_role(db: None) -> Iterator[None]:
    """From here on the test's connection is as the workbench's: no owner, no superuser, under row-level security."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WEB_ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.fixture
def offices(db: None) -> dict[str, object]:
    """A city's bureau and two branches below it."""
    from yihu.hub.foundation.org.choices import OfficeLevel
    from yihu.hub.foundation.org.models import Office

    def make(code: str, name: str, division: str, level: OfficeLevel, parent: Office | None = None) -> Office:
        path = f"{parent.path if parent else ''}{code}/"
        return Office.objects.create(
            code=code, name=name, division_code=division, level=level, parent=parent, path=path, valid_from=LONG_AGO
        )

    bureau = make("1440300", "深圳市税务局", "4403", OfficeLevel.CITY)
    return {
        "bureau": bureau,
        "east": make("1440303", "罗湖税务所", "440303", OfficeLevel.BRANCH, bureau),
        "west": make("1440305", "南山税务所", "440305", OfficeLevel.BRANCH, bureau),
    }


@pytest.fixture
def cast(offices: dict[str, object]) -> dict[StandardDuty, object]:
    """One user of each standard duty: officer and chief in the east office, the others in the bureau."""
    local = {StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF}
    return {duty: appointed(duty, offices["east" if duty in local else "bureau"]) for duty in StandardDuty}


def appointed(duty: StandardDuty, office: object, username: str = "") -> object:
    """A user with a confirmed appointment that carries the duty, without a line in the access record."""
    from django.utils import timezone

    from yihu.hub.foundation.org.models import Appointment, User
    from yihu.hub.foundation.org.services.accounts import post_of_duty

    now = timezone.now()
    user = User.objects.create_user(username or duty.lower(), PASSWORD, display_name=duty.label, office=office)
    post = post_of_duty(office=office, duty=duty, now=now)
    Appointment.objects.create(
        user=user, post=post, valid_from=LONG_AGO, is_primary=True, appointed_at=now, confirmed_at=now
    )
    return user


@pytest.fixture
def client_of(cast: dict[StandardDuty, object]) -> "dict[StandardDuty, Client]":
    """A signed-in test client for each user of the cast."""
    clients = {}
    for duty, user in cast.items():
        clients[duty] = Client()
        clients[duty].force_login(user)
    return clients
