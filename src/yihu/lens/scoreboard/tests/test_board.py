"""The board's measures on rankings whose worth is known beforehand."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from yihu.lens.home import Home
from yihu.lens.scoreboard.board import (
    Judged,
    _lag,
    _missed,
    describe_calibration,
    describe_scheme,
    run_board,
    what_must_hold,
    without_idle_rules,
)
from yihu.lens.scoreboard.districts import Size
from yihu.lens.scoreboard.markdown import board_tables
from yihu.lens.scoreboard.published import command_of, read_board

N, GUILTY = 1_000, 20


def ranking(order: np.ndarray) -> Judged:
    """Twenty guilty, half of either scheme, in the given order of the households."""
    scheme = np.array(["A"] * (GUILTY // 2) + ["B"] * (GUILTY // 2) + [""] * (N - GUILTY))
    amount = np.array([100.0] * GUILTY + [0.0] * (N - GUILTY))
    return Judged(np.linspace(1, 0, N), scheme[order], amount[order], 10, 40.0)


PERFECT = ranking(np.arange(N))
BY_LOT = ranking(np.random.default_rng(3).permutation(N))


def test_a_perfect_ranking_wastes_no_hour_and_finds_what_capacity_allows() -> None:
    row = describe_scheme([PERFECT, PERFECT], "all")
    assert row["average_precision"]["value"] == 1.0
    assert row["precision_at_capacity"]["value"] == 1.0
    assert row["recall_by_amount"]["value"] == 0.5
    assert row["wrongful_hours"]["value"] == 0.0
    assert row["positives"] == [GUILTY, GUILTY]


def test_a_ranking_by_lot_stands_near_the_base_rate() -> None:
    row = describe_scheme([BY_LOT], "all")
    assert row["base_rate"] == GUILTY / N
    assert row["average_precision"]["value"] < 0.1
    assert row["average_precision"]["low"] <= row["average_precision"]["value"] <= row["average_precision"]["high"]
    assert row["wrongful_hours"]["value"] >= 9 * 40.0


def test_other_schemes_are_left_out_of_a_scheme_but_not_of_all() -> None:
    later = ranking(np.r_[np.arange(10, 20), np.arange(10), np.arange(20, N)])
    assert describe_scheme([later], "A", 0)["average_precision"]["value"] == 1.0
    assert describe_scheme([later], "A", 0)["precision_at_capacity"]["value"] == 0.0
    assert describe_scheme([later], "all", 0)["precision_at_capacity"]["value"] == 1.0


def told(name: str, kind: str, judged: Judged) -> dict[str, object]:
    rows = [
        {**describe_scheme([judged], s, 20), "detection_lag": {"observable": 1, "found": 0, "median_days": None}}
        for s in ("all", "A", "B")
    ]
    return {"method": name, "zh": name, "kind": kind, "source": "", "rows": rows}


def test_what_must_hold_is_held_against_the_best_rule() -> None:
    methods = [
        told("yihu", "ours", PERFECT), told("rule:a", "rule", BY_LOT), told("rules", "rival", BY_LOT),
        told("boosted_raw", "rival", BY_LOT),
    ]  # fmt: skip
    demand = what_must_hold(methods)
    assert demand["three_times"]
    assert demand["above_boosted_raw"]
    assert not what_must_hold([told("yihu", "ours", BY_LOT), *methods[1:]])["three_times"]
    page = board_tables({"methods": methods, "demand": demand})
    assert "| yihu yihu | 1.000 (1.000–1.000) |" in page
    assert "best single rule: rule:a" in page
    assert "not learned" in page


def test_calibration_is_told_of_all_and_of_a_scheme_alone_with_an_interval() -> None:
    guilty = np.arange(N) < GUILTY
    scheme = np.array(["A"] * 10 + ["B"] * 10 + [""] * (N - GUILTY))
    sure = Judged(guilty.astype(float), scheme, np.zeros(N), 10, 40.0)
    of_all, of_one = describe_calibration([sure], "all"), describe_calibration([sure], "A")
    assert of_all == of_one == {"value": 0.0, "low": 0.0, "high": 0.0}
    bold = describe_calibration([Judged(np.full(N, 0.5), scheme, np.zeros(N), 10, 40.0)], "all")
    assert bold["low"] < bold["value"] < bold["high"]  # type: ignore[operator]
    assert bold["value"] == pytest.approx(0.5 - GUILTY / N, abs=0.001)


def test_a_lag_is_the_median_of_those_found_with_its_interval() -> None:
    lag = _lag([("A", days) for days in (10, 20, 30, 40, 400)] + [("B", None)] * 3)
    assert (lag["observable"], lag["found"], lag["median_days"]) == (8, 5, 30)
    assert 10 <= lag["low"] < 30 < lag["high"] <= 400
    assert _lag([("B", None)])["median_days"] is None


def test_nobody_is_examined_on_what_taught_him(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\[3\]"):
        run_board(
            tmp_path, Home(tmp_path), teaching=[1, 3], test=[3], size=Size(1000, 10_000, 12, ()),
            now=datetime.now(UTC), progress=lambda stage, done: None,
        )  # fmt: skip
    assert read_board(Home(tmp_path)).shipped


def test_the_board_that_came_with_the_program_is_whole_and_was_judged_on_seeds_that_did_not_teach(
    tmp_path: Path,
) -> None:
    board = read_board(Home(tmp_path)).board
    assert not set(board["teaching_seeds"]) & set(board["test_seeds"])
    assert board["demand"] == what_must_hold(board["methods"])
    assert {row["scheme"] for row in board["methods"][0]["rows"]} > {m["scheme"] for m in board["missed"]}
    assert board_tables(board).count("\n") > len(board["methods"][0]["rows"])


def test_a_board_that_cannot_be_read_gives_way_to_the_one_that_came_with_the_program(tmp_path: Path) -> None:
    (tmp_path / "scoreboard").mkdir()
    (tmp_path / "scoreboard" / "board.json").write_text("{", "utf-8")
    assert read_board(Home(tmp_path)).shipped


def test_the_command_names_only_what_is_not_usual() -> None:
    board = {"teaching_seeds": [1, 2], "test_seeds": [3],
             "size": {"registrations": 15_000, "invoices": 300_000, "months": 12, "days": ["2025-01-31"]}}  # fmt: skip
    assert command_of(board) == "yihu board --work DIR --teach 1 --teach 2 --test 3 --months 12 --day 2025-01-31"


def test_a_scheme_is_missed_only_where_neither_the_total_nor_its_head_finds_it() -> None:
    def method(name: str, **found: float) -> dict[str, object]:
        rows = [{"scheme": s, "zh": s, "average_precision": {"value": v}} for s, v in found.items()]
        return {"method": name, "rows": rows}

    both = [method("yihu", A=0.05, B=0.05, C=0.5), method("yihu:A", A=0.9)]
    assert [m["scheme"] for m in _missed(both)] == ["B"]


def test_a_rule_is_kept_by_scheme_only_where_none_finds_the_scheme_better() -> None:
    def method(kind: str, name: str, **found: float) -> dict[str, object]:
        rows = [{"scheme": s, "average_precision": {"value": v}} for s, v in found.items()]
        return {"method": name, "kind": kind, "rows": rows}

    told = [
        method("ours", "yihu", all=0.5, A=0.1),
        method("rule", "a", all=0.2, A=0.3),
        method("rule", "b", all=0.1, A=0.2),
    ]
    kept = [[row["scheme"] for row in m["rows"]] for m in without_idle_rules(told)]
    assert kept == [["all", "A"], ["all", "A"], ["all"]]
