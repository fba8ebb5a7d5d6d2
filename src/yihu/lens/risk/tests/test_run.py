"""The ranking as a whole: order, reasons in plain words, thin numbers, absent sources, equal bytes."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from yihu.lens.home import Home
from yihu.lens.risk.run import level_of, write_risk
from yihu.lens.risk.tests.conftest import write_snapshot

INDICATORS = ["sale_without_purchase", "age_years", "night_share", "false_supplier_share", "buyer_count"]
QUIET = {"sale_without_purchase": 0.1, "age_years": 6.0, "night_share": 0.01, "false_supplier_share": 0.0}


def crowd(count: int = 60) -> list[dict[str, Any]]:
    return [{**QUIET, "night_share": 0.0005 * i, "buyer_count": float(i % 7)} for i in range(count)]


def rank(out: Path, rows: list[dict[str, Any]], indicators: list[str] = INDICATORS) -> tuple[Any, Any, Any]:
    write_snapshot(out, rows, indicators)
    written = write_risk(Home(out / "home"), out, progress=lambda stage, done: None)
    return written, pq.read_table(out / "risk.parquet").to_pylist(), pq.read_table(out / "reasons.parquet").to_pylist()


def test_the_suspicious_stand_first_and_are_told_why(out):
    shell = {"sale_without_purchase": 0.99, "age_years": 0.8, "night_share": 0.4, "false_supplier_share": 0.3}
    _, risk, reasons = rank(out, [*crowd(), shell])
    first = min(risk, key=lambda r: r["rank"])
    assert first["household_id"] == "H00060"
    assert first["level_code"] == "HIGH"
    told = [r for r in reasons if r["household_id"] == "H00060"]
    assert [r["ordinal"] for r in told] == list(range(1, len(told) + 1))
    assert told[0]["rule_code"] == "false_suppliers"
    sentence = next(r["sentence"] for r in told if r["rule_code"] == "sale_without_purchase")
    assert sentence == (
        "成立0.8年，近12个月销售额中99.0%没有购进支撑（61户同类户的中位数为10.0%，95%的同类户不超过50.0%，本户高于99.2%的同类户）。"
    )
    assert not re.search(r"[a-z_]{4,}", "".join(r["sentence"] for r in reasons))
    assert [r["rank"] for r in sorted(risk, key=lambda r: -r["score"])][:1] == [1]


def test_scores_fall_with_rank(out):
    _, risk, _ = rank(out, [*crowd(), {"night_share": 0.5, "age_years": 1.0}])
    ordered = [r["score"] for r in sorted(risk, key=lambda r: r["rank"])]
    assert ordered == sorted(ordered, reverse=True)
    assert sorted(r["rank"] for r in risk) == list(range(1, len(risk) + 1))


def test_numbers_seen_only_as_counterparties_do_not_crowd_out_the_registered(out):
    suspicion = {"false_supplier_share": 0.3, "night_share": 0.4}
    thin = [{**suspicion, "is_registered": False, "in_degree": 1, "out_degree": 0} for _ in range(20)]
    _, risk, _ = rank(out, [*crowd(), *thin, suspicion])
    assert min(risk, key=lambda r: r["rank"])["household_id"] == "H00080"
    thin_scores = [r["score"] for r in risk if "H00060" <= r["household_id"] < "H00080"]
    assert max(thin_scores) < 5


def test_without_any_registration_there_is_still_a_worklist(out):
    rows = [{**row, "is_registered": False} for row in crowd()]
    wide = {"is_registered": False, "false_supplier_share": 0.3, "in_degree": 30, "out_degree": 30}
    _, risk, reasons = rank(out, [*rows, wide])
    first = min(risk, key=lambda r: r["rank"])
    assert (first["household_id"], first["level_code"]) == ("H00060", "MEDIUM")
    assert reasons


def test_absent_indicators_fire_nothing_and_are_named(out):
    written, risk, reasons = rank(out, [{} for _ in range(30)], indicators=["void_rate"])
    assert {r["score"] for r in risk} == {0.0}
    assert reasons == []
    assert "sale_without_purchase" in written["rules_without_data"]
    assert written["levels"]["NONE"] == 30


def test_a_confirmed_issuer_is_always_high(out):
    _, risk, reasons = rank(out, [*crowd(), {**QUIET, "is_confirmed": True}])
    confirmed = next(r for r in risk if r["household_id"] == "H00060")
    assert confirmed["level_code"] == "HIGH"
    assert "已被证实虚开" in next(r["sentence"] for r in reasons if r["rule_code"] == "confirmed_false_issuer")


def test_the_same_snapshot_gives_the_same_bytes(tmp_path):
    digests = []
    for name in ("a", "b"):
        out = tmp_path / name
        rank(out, [*crowd(), {"night_share": 0.5}])
        digests.append([hashlib.sha256((out / f"{t}.parquet").read_bytes()).hexdigest() for t in ("risk", "reasons")])
    assert digests[0] == digests[1]


def test_levels_follow_their_thresholds():
    assert [level_of(s) for s in (100, 60, 59.9, 40, 20, 19.9, 0)] == [
        "HIGH", "HIGH", "MEDIUM", "MEDIUM", "LOW", "NONE", "NONE",
    ]  # fmt: skip
