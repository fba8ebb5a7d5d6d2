"""Labels are selective and noisy as the policy says, and say nothing that only the truth knows."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from yihu.lens.backends.duck import connect
from yihu.lens.simulate.inspecting import policy
from yihu.lens.simulate.run import simulate


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    out = tmp_path_factory.mktemp("inspected")
    simulate(out, taxpayers=6_000, invoices=60_000, months=18, seed=11, progress=lambda stage, part: None)
    con = connect(threads=2)
    for name, file in (
        ("inspections", "inspections"), ("registrations", "registrations"), ("judged", "truth/inspections"),
        ("odds", "truth/inspection_odds"), ("schemes", "truth/schemes"), ("owners", "truth/duplicates"),
    ):  # fmt: skip
        con.execute(f"create view {name} as from read_parquet('{out}/{file}.parquet')")
    for name in ("third_party", "invoices"):
        con.execute(f"create view {name} as from read_parquet('{out}/{name}/*.parquet')")
    yield con
    con.close()


def one(con: Any, sql: str) -> Any:
    return con.execute(sql).fetchone()[0]


def test_the_office_has_its_capacity_and_looks_at_random_a_little(con: Any) -> None:
    wanted = policy()["capacity"] * one(con, "select count(*) from odds") * (18 - policy()["first_month"])
    assert one(con, "select count(*) from inspections") == pytest.approx(wanted, abs=2)
    assert 0.07 < one(con, "select avg((selected_by_code = 'RANDOM')::int) from inspections") < 0.2
    months = "select max(n) from (select count(*) n from inspections group by date_trunc('month', opened_on))"
    assert one(con, months) <= policy()["capacity"] * 5_160 + 1


def test_an_outcome_is_whole(con: Any) -> None:
    assert one(con, "select count(*) from inspections where (closed_on is null) <> (outcome_code = 'PENDING')") == 0
    assert one(con, "select count(*) from inspections where closed_on <= opened_on") == 0
    told = "(scheme_code is not null and amount_due is not null)"
    assert one(con, f"select count(*) from inspections where {told} <> (outcome_code = 'CONFIRMED')") == 0
    assert one(con, "select count(*) from inspections where (hours is null) <> (outcome_code = 'PENDING')") == 0
    assert one(con, "select min(amount_due) from inspections") >= 0


def test_some_guilty_are_cleared_and_fewer_innocent_confirmed(con: Any) -> None:
    closed = "judged join inspections using (inspection_id) where outcome_code <> 'PENDING'"
    missed = one(con, f"select avg((not is_right)::int) from {closed} and scheme is not null")
    wronged = one(con, f"select avg((not is_right)::int) from {closed} and scheme is null")
    assert 0.02 < missed < 0.5
    assert 0.005 < wronged < 0.08
    assert one(con, "select count(*) from judged join inspections using (inspection_id) "
                    "where is_right is null and outcome_code <> 'PENDING'") == 0  # fmt: skip


def test_the_truth_of_an_inspection_is_that_of_its_day(con: Any) -> None:
    early = """select count(*) from judged j join inspections using (inspection_id)
               join schemes s using (registration_id) where j.scheme is not null and s.started_on > opened_on - 30"""
    assert one(con, early) == 0
    other = """select count(*) from judged j join inspections using (inspection_id)
               join owners o using (registration_id) where o.taxpayer_id <> j.taxpayer_id"""
    assert one(con, other) == 0


def test_selection_is_biased_to_size_and_its_odds_are_told(con: Any) -> None:
    sizes = """create temp table sizes as select taxpayer_id, sum(amount)::double as sales from invoices
               join owners on seller_number = registration_id group by 1"""
    con.execute(sizes)
    seen = one(con, "select median(sales) from sizes where taxpayer_id in (select taxpayer_id from judged)")
    assert seen > 3 * one(con, "select median(sales) from sizes")
    rows = con.execute(
        "select expected_inspections, count(j.taxpayer_id) from odds left join judged j using (taxpayer_id) "
        "left join sizes using (taxpayer_id) group by odds.taxpayer_id, 1, sales order by coalesce(sales, 0)"
    ).fetchall()
    expected, real = np.array(rows, dtype=float).T
    assert real.sum() == pytest.approx(expected.sum(), rel=0.05)
    tenths = zip(np.array_split(expected, 10), np.array_split(real, 10), strict=True)
    assert all(abs(r.sum() - e.sum()) < 4 * np.sqrt(e.sum()) + 3 for e, r in tenths)
    assert one(con, "select count(*) from judged where propensity <= 0 or propensity > 1") == 0


def test_whoever_is_known_already_is_not_inspected_again(con: Any) -> None:
    again = """select count(*) from inspections i join third_party t on t.subject_number = i.registration_id
               where source_code = 'CONFIRMED_FALSE_ISSUER' and opened_on > occurred_on + 31"""
    assert one(con, again) == 0
    twice = """select count(*) from inspections a join inspections b using (registration_id)
               where b.opened_on > a.opened_on and b.opened_on < a.opened_on + interval 500 day"""
    assert one(con, twice) == 0
