"""The journal keeps every judgement, survives crashes, and lets any of them be taken back exactly."""

import json
import random
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.home import Home
from yihu.lens.resolve import journal
from yihu.lens.resolve.anchors import household_id
from yihu.lens.resolve.clusters import Tie
from yihu.lens.resolve.journal import ConflictError, JournalDamagedError, Judgement, Kind, in_force
from yihu.lens.resolve.view import Machine, view

START = datetime(2026, 3, 1, tzinfo=UTC)
NUMBERS = [f"R{i}" for i in range(6)]
MACHINE = Machine(
    arrived={n: f"B{i:06d}" for i, n in enumerate(NUMBERS)},
    ties=[Tie("R0", "R1", 30.0), Tie("R2", "R3", 12.0), Tie("R3", "R4", 11.0)],
    forbidden=[("R0", "R5")],
)


def households(judgements: list[Judgement], **when: object) -> dict[str, str]:
    members = view(MACHINE, judgements, **when).members  # type: ignore[arg-type]
    return dict(zip(members["registration_id"].to_pylist(), members["household_id"].to_pylist(), strict=True))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_officer_merges_and_unmerges(home: Home) -> None:
    before = households(journal.read(home))
    journal.merge(home, "R1", "R2", by="张三", reason="实地核查为同一户", now=START)
    merged = households(journal.read(home))
    assert merged["R0"] == merged["R4"] == household_id("R0")
    journal.unmerge(home, "R2", "R1", by="李四", reason="认定有误", now=START + timedelta(days=1))
    assert households(journal.read(home)) == before


def test_unmerging_a_machine_merge_parts_the_two_and_can_be_taken_back(home: Home) -> None:
    before = households([])
    line = journal.unmerge(home, "R2", "R3", by="张三", reason="两家企业", now=START)
    assert line["kind"] == Kind.DIFFERENT
    apart = households(journal.read(home))
    assert apart["R2"] != apart["R3"] == apart["R4"]
    journal.retract(home, line["id"], by="张三", reason="看错", now=START)
    assert households(journal.read(home)) == before


def test_household_ids_stand_for_their_anchor(home: Home) -> None:
    journal.merge(home, household_id("R0"), household_id("R2"), by="张三", reason="同一户", now=START)
    assert households(journal.read(home))["R4"] == household_id("R0")
    journal.unmerge(home, "R0", "R2", by="张三", reason="不是", now=START)
    assert households(journal.read(home)) == households([])


def test_merging_what_was_judged_different_needs_force_and_records_it(home: Home) -> None:
    journal.unmerge(home, "R2", "R3", by="张三", reason="两家企业", now=START)
    with pytest.raises(ConflictError, match="张三"):
        journal.merge(home, "R3", "R2", by="李四", reason="同一户", now=START)
    line = journal.merge(home, "R3", "R2", by="李四", reason="同一户", now=START, force=True)
    assert line["force"]
    assert len(line["overrides"]) == len(line["warnings"]) == 1
    assert households(journal.read(home)) == households([])
    journal.unmerge(home, "R2", "R3", by="王五", reason="复核", now=START)
    apart = households(journal.read(home))
    assert apart["R2"] != apart["R3"], "the overridden judgement stands again"


def test_a_conflict_by_way_of_others_is_seen(home: Home) -> None:
    journal.merge(home, "R1", "R2", by="张三", reason="同一户", now=START)
    journal.unmerge(home, "R2", "R5", by="张三", reason="两家", now=START)
    with pytest.raises(ConflictError):
        journal.merge(home, "R5", "R1", by="李四", reason="同一户", now=START)
    journal.merge(home, "R3", "R2", by="张三", reason="同一户", now=START)
    with pytest.raises(ConflictError):
        journal.unmerge(home, "R1", "R3", by="李四", reason="两家", now=START)


def test_a_view_at_a_known_time_ignores_later_lines(home: Home) -> None:
    journal.merge(home, "R1", "R2", by="张三", reason="同一户", now=START)
    journal.unmerge(home, "R1", "R2", by="张三", reason="不是", now=START + timedelta(days=9))
    lines = journal.read(home)
    then = households(lines, known_at=START + timedelta(days=3))
    assert then["R0"] == then["R2"]
    assert households(lines) == households([])
    assert len(journal.read(home, known_at=START + timedelta(days=3))) == 1


def test_a_view_at_a_valid_time_keeps_to_the_days_said(home: Home) -> None:
    journal.merge(
        home, "R1", "R2", by="张三", reason="承包期间", now=START, valid_from="2025-01-01", valid_to="2025-07-01"
    )
    lines = journal.read(home)
    assert households(lines, valid_at=date(2025, 6, 30))["R2"] == household_id("R0")
    assert households(lines, valid_at=date(2025, 7, 1)) == households(lines) == households([])


def test_a_torn_last_line_is_ignored_and_closed_off(home: Home) -> None:
    journal.merge(home, "R1", "R2", by="张三", reason="同一户", now=START)
    path = home.journal / "judgements.jsonl"
    whole = path.read_bytes()
    for cut in (1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole + whole[:cut])
        assert len(journal.read(home)) == 1
    journal.merge(home, "R3", "R5", by="张三", reason="同一户", now=START)
    assert [j.left for j in journal.read(home)] == ["R1", "R3"]


def test_a_damaged_line_is_not_passed_over(home: Home) -> None:
    journal.merge(home, "R1", "R2", by="张三", reason="同一户", now=START)
    path = home.journal / "judgements.jsonl"
    path.write_bytes(path.read_bytes()[3:])
    with pytest.raises(JournalDamagedError, match="备份"):
        journal.read(home)


def test_lines_are_only_ever_added(home: Home) -> None:
    journal.merge(home, "R1", "R2", by="张三", reason="同一户", now=START)
    first = (home.journal / "judgements.jsonl").read_bytes()
    journal.unmerge(home, "R1", "R2", by="张三", reason="不是", now=START)
    assert (home.journal / "judgements.jsonl").read_bytes().startswith(first)
    assert [json.loads(x)["kind"] for x in (home.journal / "judgements.jsonl").read_text().splitlines()] == [
        "SAME",
        "RETRACT",
    ]


def test_writers_wait_for_each_other(home: Home) -> None:
    def write(k: int) -> None:
        for i in range(20):
            journal.merge(home, f"A{k}", f"B{k}-{i}", by="张三", reason="同一户", now=START)

    threads = [threading.Thread(target=write, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.read(home)) == 80


@pytest.mark.parametrize(
    ("left", "right", "reason"), [("R1", "R1", "同"), ("R1", "R2", " "), ("R1", household_id("R1"), "同")]
)
def test_nonsense_is_refused(home: Home, left: str, right: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"理由|同一个"):
        journal.merge(home, left, right, by="张三", reason=reason, now=START)
    assert journal.read(home) == []


def test_retracting_the_unknown_is_refused(home: Home) -> None:
    with pytest.raises(LookupError):
        journal.retract(home, "J0", by="张三", reason="撤销", now=START)


def test_an_unknown_household_is_reported_not_guessed(home: Home) -> None:
    journal.merge(home, "Hffffffffffff", "R1", by="张三", reason="同一户", now=START)
    seen = view(MACHINE, journal.read(home))
    assert seen.unresolved == ("Hffffffffffff",)
    assert households(journal.read(home)) == households([])


STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "unmerge", "retract"]), st.integers(0, 5), st.integers(0, 5)), max_size=14
)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_taking_back_gives_what_stood_before(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    """Retracting the last word gives the state before it, and a state follows from the lines alone."""
    home, states = Home(tmp_path_factory.mktemp("journal")), []
    for day, (verb, a, b) in enumerate(steps):
        states.append((households(journal.read(home)), len(journal.read(home))))
        now = START + timedelta(days=day)
        lines = journal.read(home)
        try:
            if verb == "retract" and lines:
                journal.retract(home, lines[(a * 6 + b) % len(lines)].id, by="甲", reason="撤", now=now)
            elif verb != "retract":
                act = journal.merge if verb == "merge" else journal.unmerge
                act(home, NUMBERS[a], NUMBERS[b], by="甲", reason="核", now=now, force=b % 2 == 0)
        except (ConflictError, ValueError):
            assert journal.read(home) == lines
    lines = journal.read(home)
    for state, position in states:
        assert households(lines[:position]) == state, "a prefix of the journal is the state of its day"
    if lines:
        before = households(lines[:-1])
        journal.retract(home, lines[-1].id, by="乙", reason="撤", now=START + timedelta(days=99))
        assert households(journal.read(home)) == before


def test_retractions_of_retractions() -> None:
    chance = random.Random(5)

    def line(i: int, kind: Kind, target: str | None = None) -> Judgement:
        return Judgement(f"J{i}", kind, "R1", "R2", "甲", "核", START.isoformat(), target=target)

    for _ in range(50):
        lines = [line(0, Kind.SAME)]
        for i in range(1, 8):
            lines.append(line(i, Kind.RETRACT, chance.choice(lines).id))
        alive = {j.id: True for j in lines}
        for i in reversed(range(len(lines))):
            alive[lines[i].id] = not any(alive[x.id] for x in lines[i + 1 :] if x.target == lines[i].id)
        assert [j.id for j in in_force(lines)] == (["J0"] if alive["J0"] else [])
