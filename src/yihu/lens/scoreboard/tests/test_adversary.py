"""Members of schemes who have read the published rules trip fewer of them, and cheat all the same."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yihu.lens.backends.duck import connect
from yihu.lens.home import Home
from yihu.lens.ingest.run import gather
from yihu.lens.risk.rules import load_rules, published_thresholds
from yihu.lens.simulate.run import simulate
from yihu.lens.snapshots.build import build

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
HABITS = ("top_amount_share", "night_share", "month_end_share", "sale_without_purchase", "age_years", "burst_ratio")


def quiet(stage: str, done: float) -> None:
    """No progress is shown in tests."""


def rules_of_issuers(root: Path, thresholds: Mapping[str, float]) -> tuple[float, float, float]:
    """Rules that fire on an issuing household, its points, and the tax at stake of the whole scheme in millions."""
    source, home = root / "source", Home(root / "home")
    simulate(source, taxpayers=900, invoices=22_000, months=12, seed=17, progress=quiet, thresholds=thresholds)
    gather(home, source, None, by="tester", now=NOW, progress=quiet)
    path = home.snapshots / build(home, now=NOW, progress=quiet)["snapshot"]
    con = connect(threads=2)
    members = f"""select distinct household_id from read_parquet('{source}/truth/schemes.parquet')
                  join read_parquet('{path}/members.parquet') using (registration_id)
                  where scheme in ('burst_issuing', 'takeover_burst')"""
    fired = f"""select count(rule_code) from ({members}) left join (select household_id, rule_code
                from read_parquet('{path}/reasons.parquet') where rule_code not in
                ('confirmed_false_issuer', 'tied_to_false_issuers')) using (household_id) group by household_id"""
    (rules,) = con.execute(f"select avg(n) from ({fired}) t(n)").fetchone() or (0.0,)
    (score,) = con.execute(
        f"select avg(score) from ({members}) join read_parquet('{path}/risk.parquet') using (household_id)"
    ).fetchone() or (0.0,)
    (stake,) = con.execute(
        f"select sum(tax_at_stake)::double / 1e6 from read_parquet('{source}/truth/schemes.parquet') "
        "where scheme in ('burst_issuing', 'takeover_burst')"
    ).fetchone() or (0.0,)
    return float(rules), float(score), float(stake)


def test_thresholds_are_the_absolute_ones_only() -> None:
    known = published_thresholds(load_rules())
    assert set(HABITS) <= set(known)
    assert known["night_share"] == pytest.approx(0.10)
    assert known["age_years"] == 3
    assert "sales_per_power" not in known, "a percentile of one's peers is not known from outside"


def test_whoever_knows_the_rules_trips_fewer_of_them(tmp_path: Path) -> None:
    naive = rules_of_issuers(tmp_path / "naive", {})
    informed = rules_of_issuers(tmp_path / "informed", published_thresholds(load_rules()))
    assert informed[0] < 0.75 * naive[0]
    assert informed[1] < naive[1]
    assert informed[2] > 0.2 * naive[2], "the false sales are made all the same"
