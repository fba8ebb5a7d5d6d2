"""The embedded server starts once, is joined, survives stale traces and stops."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from yihu.hub.config import database
from yihu.hub.config.database import DatabaseUnavailableError, EmbeddedServer, django_database


@pytest.fixture
def server(open_tmp: Path):
    server = EmbeddedServer(open_tmp / "pg")
    yield server
    server.stop()


def test_two_starts_at_once_make_one_server_that_stops_once(server: EmbeddedServer) -> None:
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: server.ensure_running(), range(2)))
    assert server.is_running
    assert stat.S_IMODE(server.socket_directory.stat().st_mode) == 0o700
    with psycopg.connect(host=str(server.socket_directory), user="postgres") as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert server.stop()
    assert not server.stop()


def test_a_process_number_left_by_a_power_cut_is_forgotten(server: EmbeddedServer) -> None:
    server.ensure_running()
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    server.ensure_running()
    assert server.is_running


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("long" * 30) / "pg")
    assert len(str(server.socket_directory / ".s.PGSQL.5432.lock").encode()) < 108


def test_an_address_names_any_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://tax:p%40ss@db.example:6432/yihu?sslmode=verify-full")
    entry = django_database()
    assert database.embedded() is None
    assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("yihu", "tax", "p@ss")
    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == (
        "db.example", "6432", {"sslmode": "verify-full"},
    )  # fmt: skip


def test_another_kind_of_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://tax@db.example/yihu")
    with pytest.raises(DatabaseUnavailableError, match="postgresql"):
        django_database()
