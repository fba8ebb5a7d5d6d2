"""The scoreboard page reads a board as `yihu board` writes it, and hides nothing of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import OpensForHolders
from yihu.hub.subsystems.risk.selectors.board import method_rows, overall_rows, rule_rows, scheme_rows


def figure(value: float, half: float | None = 0.05) -> dict[str, float | None]:
    bounds = (None, None) if half is None else (value - half, value + half)
    return {"value": value, "low": bounds[0], "high": bounds[1]}


def line(scheme: str, zh: str, value: float, half: float | None = 0.05, **more: Any) -> dict[str, Any]:
    return {
        "scheme": scheme, "zh": zh, "positives": [10, 12], "base_rate": 0.02, "by_seed": [value, value],
        "average_precision": figure(value, half), "precision_at_capacity": figure(0.5),
        "recall_by_amount": figure(0.4), "wrongful_hours": figure(320.0, 40), "detection_lag": None, **more,
    }  # fmt: skip


def method(name: str, zh: str, kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"method": name, "zh": zh, "kind": kind, "source": "", "rows": list(rows)}


LAG = {"observable": 40, "found": 25, "median_days": 61.5, "low": 50.0, "high": 70.5}
BOARD: dict[str, Any] = {
    "made_at": "2026-11-25T12:00:00+00:00", "code_version": "0.1.0", "teaching_seeds": [1, 2], "test_seeds": [9001],
    "size": {"registrations": 20000, "invoices": 1000000, "months": 24,
             "days": ["2024-12-31", "2025-04-30", "2025-08-31"]}, "capacity_share": 0.01,
    "labels": {"inspected": 1200, "confirmed": 300},
    "districts": [{"seed": 9001, "day": "2025-12-31", "households": 20000, "listed": 19800, "guilty": 400,
                   "capacity": 200}],
    "methods": [
        method("yihu", "一户模型", "ours",
               line("all", "全部", 0.61, detection_lag=LAG, calibration_error=figure(0.031, 0.01)),
               line("CREDIT_REFUND", "骗取留抵退税", 0.42), line("GHOST_WAGES", "虚列人员工资", 0.04)),
        method("boosted_raw", "原始汇总数上的提升树", "rival", line("all", "全部", 0.35),
               line("CREDIT_REFUND", "骗取留抵退税", 0.2)),
        method("yihu:CREDIT_REFUND", "手法专用评分", "ours",
               line("CREDIT_REFUND", "骗取留抵退税", 0.77, calibration_error=figure(0.004, 0.001))),
        method("rule:ring", "循环开票", "rule", line("all", "全部", 0.21), line("CREDIT_REFUND", "骗取留抵退税", 0.01)),
        method("rule:late", "逾期申报", "rule", line("all", "全部", 0.03, None),
               line("CREDIT_REFUND", "骗取留抵退税", 0.3, None)),
    ],
    "demand": {"ours": 0.61, "best_rule": "rule:ring", "best_rule_zh": "循环开票",
               "best_rule_average_precision": 0.21, "ratio": 2.905, "three_times": False, "boosted_raw": 0.35,
               "above_boosted_raw": True},
    "missed": [{"scheme": "GHOST_WAGES", "zh": "虚列人员工资", "average_precision": 0.04}],
    "limits": ["模拟辖区由本项目编写。"],
}  # fmt: skip


def test_the_best_rule_stands_beside_the_methods_and_no_other() -> None:
    assert [row["method"] for row in overall_rows(BOARD)] == ["yihu", "boosted_raw", "rule:ring"]
    assert [row["method"] for row in rule_rows(BOARD)] == ["rule:ring", "rule:late"]


def test_schemes_have_a_cell_for_every_method_that_was_judged_by_scheme() -> None:
    methods, rows = scheme_rows(BOARD)
    assert [one["method"] for one in methods] == ["yihu", "boosted_raw"]
    assert [(row["zh"], row["positives"], [bool(cell) for cell in row["cells"]]) for row in rows] == [
        ("骗取留抵退税", 22, [True, True]), ("虚列人员工资", 22, [True, False]),
    ]  # fmt: skip
    assert [row["rule"] and row["rule"]["method_zh"] for row in rows] == ["逾期申报", None]
    assert [row["head"] and row["head"]["value"] for row in rows] == [0.77, None]


@pytest.mark.parametrize(("asked", "shown"), [("boosted_raw", "boosted_raw"), ("nonsense", "yihu"), ("", "yihu")])
def test_one_method_is_told_in_full(asked: str, shown: str) -> None:
    assert method_rows(BOARD, asked)["method"] == shown


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    (tmp_path / "scoreboard").mkdir()
    (tmp_path / "scoreboard" / "board.json").write_text(json.dumps(BOARD, ensure_ascii=False), "utf-8")


@pytest.mark.django_db
def test_without_a_board_of_its_own_the_page_shows_the_one_that_came_with_the_program_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client_of: dict[StandardDuty, Client]
) -> None:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    page = client_of[StandardDuty.DIRECTOR].get("/risk/scoreboard/")
    shipped, told = page.context["board"], page.content.decode()
    seeds = "、".join(map(str, shipped["test_seeds"]))
    for words in ("程序随附", "本系统自己还没有跑过", f"种子 {seeds}", f"程序 {shipped['code_version']}",
                  shipped["limits"][0], page.context["command"]):  # fmt: skip
        assert words in told


@pytest.mark.django_db
@pytest.mark.usefixtures("board")
def test_a_board_of_its_own_comes_first(client_of: dict[StandardDuty, Client]) -> None:
    told = client_of[StandardDuty.DIRECTOR].get("/risk/scoreboard/").content.decode()
    assert "程序随附" not in told
    assert "yihu board --work DIR --teach 1 --teach 2 --test 9001 --taxpayers 20000 --invoices 1000000" in told


@pytest.mark.django_db
@pytest.mark.usefixtures("board")
def test_what_falls_short_is_said_as_plainly_as_what_holds(client_of: dict[StandardDuty, Client]) -> None:
    told = client_of[StandardDuty.DIRECTOR].get("/risk/scoreboard/").content.decode()
    for words in ("不到 3 倍", "高于它", "几乎找不到的手法", "虚列人员工资（0.040）", "9001", "25 / 40 户", "50–70.5",
                  "280–360", "0.031", "0.021–0.041", "各手法的校准误差", "0.003–0.005",
                  "模拟辖区由本项目编写。"):  # fmt: skip
        assert words in told


class TestBoard(OpensForHolders):
    address = "/risk/scoreboard/"
    holders = frozenset({StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR, StandardDuty.AUDITOR})
