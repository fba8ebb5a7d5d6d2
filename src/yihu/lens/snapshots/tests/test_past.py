"""Looking back: a snapshot of a past day knows nothing that was dated later."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from yihu.lens.home import Home
from yihu.lens.ingest.run import gather
from yihu.lens.resolve import journal
from yihu.lens.simulate.run import simulate
from yihu.lens.snapshots import shelf
from yihu.lens.snapshots.build import NothingToBuildError, build

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DAY = date(2025, 8, 17)
LATER = f"> DATE '{DAY}'"
# Every figure that is dated after the day says something else: none of it may be heard on the day.
OTHERWISE = {
    "invoices": f"* REPLACE (CASE WHEN CAST(issued_at AS DATE) {LATER} THEN amount * 3 ELSE amount END AS amount, "
    f"CASE WHEN CAST(issued_at AS DATE) {LATER} THEN seller_number ELSE buyer_number END AS buyer_number)",
    "registrations": f"* REPLACE (CASE WHEN closed_on {LATER} THEN NULL ELSE closed_on END AS closed_on, "
    f"CASE WHEN closed_on {LATER} THEN 'SUSPENDED' ELSE status_code END AS status_code, 'D' AS credit_rating_code)",
    "returns": f"* REPLACE (CASE WHEN filed_on {LATER} OR period_end {LATER} THEN 1 ELSE tax_payable END "
    "AS tax_payable, "
    f"CASE WHEN filed_on {LATER} THEN DATE '2025-12-30' ELSE filed_on END AS filed_on)",
    "payments": f"* REPLACE (CASE WHEN paid_on {LATER} THEN amount * 2 ELSE amount END AS amount)",
    "third_party": f"* REPLACE (CASE WHEN occurred_on {LATER} THEN 'CONFIRMED_FALSE_ISSUER' ELSE source_code END "
    "AS source_code)",
    "inspections": f"* REPLACE (CASE WHEN closed_on {LATER} THEN 'CLEARED' ELSE outcome_code END AS outcome_code, "
    f"CASE WHEN opened_on {LATER} THEN 7.00 ELSE amount_due END AS amount_due)",
    "roles": f"* REPLACE (CASE WHEN end_on {LATER} THEN NULL ELSE end_on END AS end_on)",
    "registration_changes": f"* REPLACE (CASE WHEN changed_on {LATER} AND item_code = 'SCOPE' THEN '别的' "
    "ELSE new_value END AS new_value)",
}


def quiet(stage: str, done: float) -> None:
    """No progress is shown in tests."""


def say_otherwise(source: Path, target: Path) -> None:
    """The same district, in which everything later went otherwise."""
    for path in source.rglob("*.parquet"):
        relative = path.relative_to(source)
        table = relative.parts[0].removesuffix(".parquet")
        if table == "truth":
            continue
        copy = target / relative
        copy.parent.mkdir(parents=True, exist_ok=True)
        chosen = OTHERWISE.get(table, "*")
        duckdb.execute(f"COPY (SELECT {chosen} FROM read_parquet('{path}')) TO '{copy}' (FORMAT parquet)")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    simulate(folder, taxpayers=150, invoices=3_000, months=12, seed=8, progress=quiet)
    return folder


@pytest.fixture(scope="module")
def make_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Home]:
    def make(source: Path) -> Home:
        home = Home(tmp_path_factory.mktemp("home"))
        gather(home, source, None, by="tester", now=NOW, progress=quiet)
        return home

    return make


@pytest.fixture(scope="module")
def home(source: Path, make_home: Callable[[Path], Home]) -> Home:
    return make_home(source)


@pytest.fixture(scope="module")
def looked_back(home: Home) -> dict[str, Any]:
    return build(home, now=NOW, progress=quiet, as_of=DAY)


def rows(home: Home, snapshot: str, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    path = home.snapshots / snapshot / table
    return duckdb.execute(f"SELECT {columns} FROM read_parquet('{path}', hive_partitioning = false)").fetchall()


def test_nothing_later_is_heard(
    home: Home, looked_back: dict[str, Any], source: Path, make_home: Callable[[Path], Home], tmp_path: Path
) -> None:
    say_otherwise(source, tmp_path)
    other = make_home(tmp_path)
    (other.root / "vault-key").write_text((home.root / "vault-key").read_text())
    again = build(other, now=NOW, progress=quiet, as_of=DAY)
    for table in ("households", "indicators", "risk", "reasons", "trades", "links", "peers"):
        assert rows(home, looked_back["snapshot"], f"{table}.parquet") == rows(
            other, again["snapshot"], f"{table}.parquet"
        ), table
    said = "* EXCLUDE (batch_id, source_file, source_row)"
    assert rows(home, looked_back["snapshot"], "timeline/*.parquet", said) == rows(
        other, again["snapshot"], "timeline/*.parquet", said
    )


def test_no_row_of_the_snapshot_is_dated_later(home: Home, looked_back: dict[str, Any]) -> None:
    day = looked_back["snapshot"]
    assert (looked_back["as_of"], day[:9]) == (DAY.isoformat(), "P20250817")
    for table, column in (
        ("timeline/*.parquet", "occurred_at"), ("invoices_by_seller/*.parquet", "issued_at"),
        ("households.parquet", "last_invoice_on"), ("households.parquet", "closed_on"),
        ("registrations.parquet", "registered_on"), ("registrations.parquet", "closed_on"),
        ("roles.parquet", "start_on"),
        ("roles.parquet", "end_on"), ("returns.parquet", "filed_on"), ("returns.parquet", "period_end"),
        ("payments.parquet", "paid_on"), ("third_party.parquet", "occurred_on"),
        ("inspections.parquet", "opened_on"), ("inspections.parquet", "closed_on"),
    ):  # fmt: skip
        ((latest,),) = rows(home, day, table, f"CAST(max({column}) AS DATE)")
        assert latest is None or latest <= DAY, (table, column)
    assert rows(home, day, "return_lines.parquet", "count(*)")[0][0] > 0


def test_a_case_that_was_open_on_the_day_is_open_again(home: Home, looked_back: dict[str, Any]) -> None:
    closed_later = {
        r["inspection_id"]
        for r in rows_of_batches(home, "inspections")
        if r["opened_on"] <= DAY and (r["closed_on"] is None or r["closed_on"] > DAY)
    }
    assert closed_later
    told = "inspection_id, outcome_code, closed_on, scheme_code, amount_due, hours, note"
    then = {r[0]: r[1:] for r in rows(home, looked_back["snapshot"], "inspections.parquet", told)}
    assert {then[i] for i in closed_later} == {("PENDING", None, None, None, None, None)}


def test_a_former_name_is_given_back(home: Home, looked_back: dict[str, Any]) -> None:
    changes = rows_of_batches(home, "registration_changes")
    renamed = [c for c in changes if c["item_code"] == "ADDRESS" and c["changed_on"] > DAY]
    assert renamed
    now_at = {r["registration_id"]: r["address"] for r in rows_of_batches(home, "registrations")}
    then_at = dict(rows(home, looked_back["snapshot"], "registrations.parquet", "registration_id, address"))
    checked = [c for c in renamed if c["registration_id"] in then_at]
    assert checked
    for change in checked:
        first = min(
            (c for c in renamed if c["registration_id"] == change["registration_id"]), key=lambda c: c["changed_on"]
        )
        assert then_at[change["registration_id"]][:6] == first["old_value"][:6]
        assert now_at[change["registration_id"]]


def rows_of_batches(home: Home, table: str) -> list[dict[str, Any]]:
    cursor = duckdb.execute(f"SELECT * FROM read_parquet('{home.batches}/*/{table}/*.parquet')")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_readers_keep_the_present_snapshot(home: Home, looked_back: dict[str, Any]) -> None:
    with pytest.raises(shelf.NoSnapshotError):
        shelf.current_snapshot(home)
    assert shelf.list_snapshots(home) == []
    assert [k.id for k in shelf.list_past(home)] == [looked_back["snapshot"]]
    assert build(home, now=NOW, progress=quiet, as_of=DAY)["unchanged"]
    assert not (home.staging / "past").exists()


def test_a_day_before_everything_and_a_later_judgement_are_left_alone(home: Home, looked_back: dict[str, Any]) -> None:
    with pytest.raises(NothingToBuildError, match="没有任何发票"):
        build(home, now=NOW, progress=quiet, as_of=date(1999, 1, 1))
    numbers = [r["registration_id"] for r in rows_of_batches(home, "registrations")][:2]
    journal.merge(home, *numbers, by="甲", reason="后来才认定的", now=NOW)
    again = build(home, now=NOW, progress=quiet, as_of=DAY)
    manifest = json.loads((home.snapshots / again["snapshot"] / "manifest.json").read_text("utf-8"))
    assert manifest["households"] == looked_back["households"]
