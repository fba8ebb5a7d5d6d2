"""The commands about code standards, on the test database."""

import json
from pathlib import Path

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from yihu.cli import codes
from yihu.cli.output import Exit
from yihu.hub.foundation.codes import api
from yihu.hub.foundation.codes.models import TableVersion

pytestmark = pytest.mark.django_db
RUN = CliRunner()
TEXT = "代码,名称,上级代码\n1,暖色,\n11,红色,1\n,无码,\n"


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "_open", lambda: api)


def run(*words: str) -> tuple[int, dict]:
    answer = RUN.invoke(codes.app, [*words, "--json"])
    return answer.exit_code, json.loads(answer.stdout)


def import_text(tmp_path: Path, text: str = TEXT) -> tuple[int, dict]:
    path = tmp_path / "colours.csv"
    path.write_text(text, "utf-8")
    return run("import", "colours", "--from", str(path), "--valid-from", "2020-01-01", "--by", "许文博")


def test_import_tells_what_was_taken_and_what_not(tmp_path: Path) -> None:
    code, told = import_text(tmp_path)
    assert (code, told["entries"], told["rejected"], told["state"]) == (0, 2, 1, "DRAFT")
    assert [(p["code"], p["row"]) for p in told["problems"]] == [("E-CODE-EMPTY", 4)]
    assert TableVersion.objects.get().created_name == "许文博"
    assert import_text(tmp_path)[1]["unchanged"]


def test_a_refused_version_says_why_and_where(tmp_path: Path) -> None:
    code, told = import_text(tmp_path, "代码,名称,上级代码\n1,暖色,9\n")
    assert code == Exit.REFUSED
    assert "上级 9" in told["error"]["message"]
    assert told["error"]["problems"][0]["row"] == 2


def test_tables_are_listed_and_codes_shown() -> None:
    api.load_shipped_tables(now=timezone.now())
    assert "发票种类" in {row["name"] for row in run("list")[1]}
    assert run("show", "divisions", "440305")[1]["path"][-1] == ["440305", "南山区"]
    assert run("show", "divisions", "990000")[0] == Exit.NOT_FOUND
    assert run("show", "nothing")[0] == Exit.NOT_FOUND


def test_numbers_are_checked_with_the_reason() -> None:
    code, told = run("check", "91110000600037341L", "11010119900307867X")
    assert code == Exit.BAD_INPUT
    assert [n["valid"] for n in told["numbers"]] == [True, False]
    assert told["numbers"][1]["findings"][0]["code"] == "E-NUM-CHECK"
    assert told["regions"] is None
