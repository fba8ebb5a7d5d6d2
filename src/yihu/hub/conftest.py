"""Tests of the web application run on the real PostgreSQL, embedded, in a directory of their own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client

from yihu.hub.config.database import EmbeddedServer
from yihu.hub.foundation.org.choices import Kind

PASSWORD = "correct-horse-battery"  # noqa: S105


@pytest.fixture
def open_tmp() -> Iterator[Path]:
    """A temporary directory that other users may pass through: pytest shuts its own to all but root."""
    path = Path(tempfile.mkdtemp(prefix="yihu-test-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start a server for this session (one for each xdist worker) and point Django at it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    home = Path(tempfile.mkdtemp(prefix="yihu-test-"))
    server = EmbeddedServer(home / "pg")
    server.ensure_running()
    connections["default"].settings_dict["HOST"] = str(server.socket_directory)
    yield
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: "pytest.FixtureDef[object]") -> None:
    """Let transactional tests empty the tables; in production PostgreSQL refuses it for the access record."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS audit_table_stays ON audit_accessrecord")


@pytest.fixture(autouse=True)
def plain_assets(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Address assets by their own names: no build of the pages is needed to test the views."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def offices(db: None) -> dict[str, object]:
    """Two offices of one district, and its bureau."""
    from yihu.hub.foundation.org.models import Office

    make = Office.objects.create
    return {
        "bureau": make(code="1440300", name="深圳市税务局", division_code="4403", is_bureau=True),
        "east": make(code="1440303", name="罗湖税务所", division_code="440303"),
        "west": make(code="1440305", name="南山税务所", division_code="440305"),
    }


@pytest.fixture
def cast(offices: dict[str, object]) -> dict[Kind, object]:
    """One user of each kind: officer and chief in the east office, the others in the bureau."""
    from yihu.hub.foundation.org.models import User

    local = {Kind.OFFICER, Kind.SECTION_CHIEF}
    return {
        kind: User.objects.create_user(
            kind.lower(),
            PASSWORD,
            display_name=kind.label,
            kind=kind,
            office=offices["east" if kind in local else "bureau"],
        )
        for kind in Kind
    }


@pytest.fixture
def client_of(cast: dict[Kind, object]) -> "dict[Kind, Client]":
    """A signed-in test client for each kind of user."""
    clients = {}
    for kind, user in cast.items():
        clients[kind] = Client()
        clients[kind].force_login(user)
    return clients
