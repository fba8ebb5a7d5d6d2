"""Tests that need a database run on the real PostgreSQL, embedded, in a directory of their own: one for all rooms."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes on a busy machine says nothing of the code; benchmarks measure time.
settings.register_profile("patient", settings(), deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start a server for this session (one for each xdist worker) and point Django at it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from django.db import connections

    from yihu.hub.config.database import EmbeddedServer

    home = Path(tempfile.mkdtemp(prefix="yihu-test-"))
    server = EmbeddedServer(home / "pg")
    server.ensure_running()
    # Tests make and destroy a database; what the web's role may do is asked by the fixture `web_role`.
    connections["default"].settings_dict |= {"HOST": str(server.socket_directory), "USER": "postgres"}
    yield
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: "pytest.FixtureDef[object]") -> None:
    """Let transactional tests empty the tables; in production PostgreSQL refuses it for the access record."""
    from django.db import connection

    from yihu.hub.config.roles import grant_to_web, make_web_role

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS audit_table_stays ON audit_accessrecord")
        cursor.execute("DROP TRIGGER IF EXISTS audit_leaves_stay_whole ON audit_leaf")
        make_web_role(cursor)
        grant_to_web(cursor)
