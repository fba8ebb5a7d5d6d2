"""The board is looked at without making one."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yihu.cli.main import app
from yihu.lens.home import Home
from yihu.lens.scoreboard.published import command_of, read_board


def test_without_a_place_to_work_the_board_that_is_there_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    shipped = read_board(Home(tmp_path)).board
    told = CliRunner().invoke(app, ["board"], env={"COLUMNS": "200"})
    assert told.exit_code == 0
    assert command_of(shipped) in told.stdout
    assert json.loads(CliRunner().invoke(app, ["board", "--json"]).stdout) == shipped
    assert not list(tmp_path.iterdir())
