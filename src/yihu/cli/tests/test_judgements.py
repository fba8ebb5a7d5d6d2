"""An officer's judgement given at the machine itself stands in the workbench's log, or nowhere."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from yihu.cli.main import app
from yihu.hub.config import database, serve
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.lens.home import Home
from yihu.lens.resolve import journal

pytestmark = pytest.mark.django_db
RUN = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    # The test's own database stands for the workbench's.
    monkeypatch.setattr(serve, "open_database", lambda acting_as: None)
    return Home(tmp_path)


def judge(*words: str) -> int:
    return RUN.invoke(app, [*words, "--reason", "工商档案已核对", "--json"]).exit_code


def test_a_judgement_stands_in_journal_and_log(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "exists", lambda: True)
    assert judge("merge", "A1", "A2") == 0
    assert [line.kind for line in journal.read(home)] == ["SAME"]
    told = AccessRecord.objects.get()
    assert (told.verb, told.channel, told.target, told.target_name, told.purpose) == (
        "household.judge", "CLI", "registration:A1", "合并 A1 A2", "工商档案已核对",
    )  # fmt: skip


def test_a_refused_judgement_leaves_neither(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "exists", lambda: True)
    assert judge("merge", "A1", "A2") == 0
    assert judge("merge", "A1", "A1") != 0
    assert len(journal.read(home)) == AccessRecord.objects.count() == 1


def test_a_home_without_a_database_keeps_the_journal_alone(home: Home) -> None:
    assert judge("merge", "A1", "A2") == 0
    assert [line.kind for line in journal.read(home)] == ["SAME"]
    assert not AccessRecord.objects.exists()
    assert not (home.root / "pg").exists()
