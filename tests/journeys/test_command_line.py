"""The contract for scripts: one JSON value on standard output, an exit code that means something, no server needed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

OK, USAGE, NOT_FOUND, BAD_INPUT = 0, 2, 3, 4
# The first test waits for a district to be made, gathered and built, on whatever else the machine is doing.
pytestmark = pytest.mark.timeout(1800)


class CommandLine:
    """`yihu` in a home of its own, as a script calls it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *arguments: str, language: str = "zh_CN.UTF-8") -> "subprocess.CompletedProcess[str]":
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "YIHU_", "DATABASE_URL"))}
        return subprocess.run(
            [sys.executable, "-m", "yihu.cli.main", *arguments],
            env={**kept, "YIHU_HOME": str(self.home), "LANG": language, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def json(self, *arguments: str, code: int = OK) -> Any:
        """The one JSON value on standard output."""
        done = self.run(*arguments, "--json")
        assert done.returncode == code, done.stderr[-2000:]
        value = json.loads(done.stdout)  # two values, or a line of progress among them, would not parse
        assert "Traceback" not in done.stderr
        return value


@pytest.fixture(scope="module")
def yihu(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    folder = tmp_path_factory.mktemp("command-line")
    line = CommandLine(folder / "home")
    made = line.json(
        "simulate", "--taxpayers", "120", "--invoices", "2500", "--months", "12", "--seed", "5",
        "--out", str(folder / "source"),
    )  # fmt: skip
    assert made["tables"]["invoices"] > 2_000
    assert {p.name for p in (folder / "source" / "truth").iterdir()} >= {"duplicates.parquet", "schemes.parquet"}
    return line


@pytest.fixture(scope="module")
def built(yihu: CommandLine) -> dict[str, Any]:
    gathered = yihu.json("gather", "--from", str(yihu.home.parent / "source"))
    for counts in gathered["tables"].values():
        assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]
        assert isinstance(counts["flagged"], dict)
    snapshot: dict[str, Any] = yihu.json("build")
    assert (type(snapshot["snapshot"]), type(snapshot["households"]), type(snapshot["seconds"])) == (str, int, float)
    return {"gathered": gathered, **snapshot}


def test_gathering_and_building_again_say_that_nothing_changed(yihu: CommandLine, built: dict[str, Any]) -> None:
    again = yihu.json("gather", "--from", str(yihu.home.parent / "source"))
    assert (again["batch"], again["unchanged"]) == (built["gathered"]["batch"], True)
    assert yihu.json("build", "--if-changed")["snapshot"] == built["snapshot"]


def test_the_schemes_of_a_simulation_are_told_without_making_one(yihu: CommandLine) -> None:
    listed = yihu.json("simulate", "--list-schemes")
    assert len(listed) >= 12
    assert {"name", "zh", "share", "does", "double"} <= set(listed[0])
    assert yihu.run("simulate").returncode == 2, "without --out there is nowhere to write"


def test_worklist_household_and_trace_keep_their_shapes(yihu: CommandLine, built: dict[str, Any]) -> None:
    listed = yihu.json("worklist", "--limit", "5")
    assert len(listed) == 5
    assert set(listed[0]) >= {"household", "name", "registrations", "score", "level", "reasons"}
    assert [row["score"] for row in listed] == sorted((row["score"] for row in listed), reverse=True)
    first = listed[0]
    for reference in (first["household"], first["registrations"][0]):
        whole = yihu.json("household", reference)
        assert whole["household"] == first["household"]
        assert set(whole) >= {"registrations", "timeline", "counterparties", "people", "indicators"}
    chain = yihu.json("trace", first["registrations"][0], "--up", "2", "--down", "2")
    assert {"household", "depth"} <= set(chain["nodes"][0])
    assert max(abs(node["depth"]) for node in chain["nodes"]) <= 2
    for edge in chain["edges"][:5]:
        assert set(edge) >= {"seller", "buyer", "amount", "first_date", "last_date"}
        assert isinstance(edge["amount"], str)


def test_scoreboard_doctor_and_the_lists_keep_their_shapes(yihu: CommandLine, built: dict[str, Any]) -> None:
    board = yihu.json("scoreboard", "--truth", str(yihu.home.parent / "source" / "truth"))
    assert set(board["resolution"]) >= {"precision", "recall", "f1"}
    for scheme in board["schemes"].values():
        assert set(scheme) >= {"positives", "base_rate", "average_precision", "detection_lag"}
    assert [row["snapshot"] for row in yihu.json("snapshots")] == [built["snapshot"]]
    healthy = yihu.run("doctor", "--json")
    report = json.loads(healthy.stdout)
    assert report["ok"] is (healthy.returncode == 0)
    assert all({"name", "ok", "detail"} <= set(check) for check in report["checks"])


def test_learning_from_too_few_inspections_is_refused(yihu: CommandLine, built: dict[str, Any]) -> None:
    assert yihu.json("learn", "list") == []
    refused = yihu.json("learn", "train", "--as-of", "2025-09-30", code=BAD_INPUT)
    assert refused["error"]["message"].startswith("MODEL-004")
    assert "2025-09-30" in {row["as_of"] for row in yihu.json("snapshots")}
    missing = yihu.json("learn", "show", "M20250930-000000000000", code=NOT_FOUND)
    assert "M20250930" in missing["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "code", "name"),
    [
        (("household", "no-such-number"), NOT_FOUND, "NOT_FOUND"),
        (("trace", "no-such-number"), NOT_FOUND, "NOT_FOUND"),
        (("rejects", "B000009-00000000"), NOT_FOUND, "NOT_FOUND"),
        (("duplicates", "B000009-00000000"), NOT_FOUND, "NOT_FOUND"),
        (("worklist", "--limit", "0"), USAGE, "USAGE"),
        (("household",), USAGE, "USAGE"),
        (("no-such-command",), USAGE, "USAGE"),
        (("build", "--backend", "abacus"), USAGE, "USAGE"),
        (("gather", "--from", "/nowhere/at/all"), USAGE, "USAGE"),
        (("scoreboard", "--truth", "/nowhere/at/all"), USAGE, "USAGE"),
    ],
)
def test_a_refusal_is_one_json_value_too(
    yihu: CommandLine, built: dict[str, Any], arguments: tuple[str, ...], code: int, name: str
) -> None:
    error = yihu.json(*arguments, code=code)["error"]
    assert error["code"] == name
    assert error["message"]


def test_a_bad_amount_and_an_empty_directory_are_refused(
    yihu: CommandLine, built: dict[str, Any], tmp_path: Path
) -> None:
    number = yihu.json("worklist", "--limit", "1")[0]["household"]
    assert yihu.json("trace", number, "--min-amount", "many", code=BAD_INPUT)["error"]["code"] == "BAD_INPUT"
    assert yihu.json("gather", "--from", str(tmp_path), code=BAD_INPUT)["error"]["code"] == "BAD_INPUT"


def test_before_anything_is_built_it_says_what_to_do(tmp_path: Path) -> None:
    empty = CommandLine(tmp_path / "home")
    for arguments in (("worklist",), ("household", "x"), ("trace", "x"), ("build",)):
        assert "yihu gather" in empty.json(*arguments, code=NOT_FOUND)["error"]["message"]
    assert empty.json("snapshots") == []


def test_words_follow_the_locale(yihu: CommandLine, built: dict[str, Any]) -> None:
    chinese, english = (yihu.run("worklist", "--limit", "1", language=code) for code in ("zh_CN.UTF-8", "en_US.UTF-8"))
    assert "理由" in chinese.stdout
    assert "reasons" in english.stdout
    assert "not found" in yihu.run("household", "x", language="en_US.UTF-8").stderr
    assert "没有找到" in yihu.run("household", "x", language="C").stderr


def test_rejected_rows_are_mended_and_sent_again_from_the_command_line(tmp_path: Path) -> None:
    line = CommandLine(tmp_path / "home")
    rows = "payment_id,registration_id,tax_code,paid_on,amount\nP1,T1,VAT,2025-02-30,5\nP2,T1,VAT,2025-02-03,5\n"
    (tmp_path / "payments.csv").write_text(rows + "P2,T1,VAT,2025-02-03,5\n", encoding="utf-8")
    gathered = line.json("gather", "--from", str(tmp_path / "payments.csv"))
    assert gathered["tables"]["payments"]["rejected"] == gathered["tables"]["payments"]["duplicate"] == 1
    (again,) = line.json("duplicates", gathered["batch"], "payments")["rows"]
    assert (again["source_row"], again["first_row"], again["key"]) == (3, 2, {"payment_id": "P2"})
    exported = Path(line.json("rejects", gathered["batch"], "payments", "--format", "csv")["path"])
    mended = tmp_path / "mended.csv"
    mended.write_text(exported.read_text("utf-8-sig").replace(",VAT,2025-02-30,", ",VAT,2025-02-28,"), encoding="utf-8")
    sent = line.json("resubmit", gathered["batch"], str(mended))
    assert sent["tables"]["payments"]["accepted"] == 1
    other = line.json("resubmit", gathered["batch"], str(tmp_path / "payments.csv"), code=BAD_INPUT)
    assert "不是批次" in other["error"]["message"]
