"""The doctor looks without touching and says what to do."""

from pathlib import Path

import pytest

from yihu.hub.config import doctor


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    return tmp_path / "var"


def test_an_empty_home_lacks_a_snapshot_and_stays_untouched(home: Path) -> None:
    found = {check["name"]: check for check in doctor.checks()}
    assert not found["快照"]["ok"]
    assert "yihu build" in found["快照"]["detail"]
    assert found["数据库"]["ok"]
    assert not home.exists()


def test_an_unreachable_server_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    check = next(c for c in doctor.checks() if c["name"] == "数据库")
    assert not check["ok"]
    assert "DATABASE_URL" in check["detail"]


def test_what_is_optional_is_never_wrong(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    found = {check["name"]: check for check in doctor.checks()}
    assert found["Java"]["ok"]
    assert "openjdk" in found["Java"]["detail"]
    assert found["Chromium"]["ok"]


def test_it_speaks_the_readers_language(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert {"snapshot", "database", "disk space"} <= {check["name"] for check in doctor.checks()}
