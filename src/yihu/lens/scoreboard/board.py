"""
The board: our method and its rivals on districts that none of them has seen, per scheme, with intervals.

Every method that learns is taught by the inspections of the *teaching* districts only, and is then judged on the test
districts against planted truth. Households already known to be guilty are taken out first. Within a scheme the other
schemes' households are left out; under ``all`` nobody is.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

import yihu
from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.learning.cards import OVERALL
from yihu.lens.learning.cases import BoolArray, FloatArray, day_of
from yihu.lens.learning.labels import last_closed, read_inspections
from yihu.lens.learning.measures import average_precision
from yihu.lens.learning.training import scheme_zh
from yihu.lens.learning.weighing import calibration_error
from yihu.lens.scoreboard.districts import (
    District,
    Size,
    Standing,
    make_district,
    numbers_of,
    read_planted,
    read_standing,
)
from yihu.lens.scoreboard.published import BOARD
from yihu.lens.scoreboard.rivals import Method, our_methods, read_full, rival_methods, rule_methods, teach

SHARE = 0.01
DRAWS = 200
MISSED = 0.15
OURS, RAW = "yihu", "boosted_raw"
LIMITS = (
    "模拟辖区由本项目编写：真实的逃税手法更多样，真实的数据更脏；这里的名次不等于真实辖区的名次。",
    "各手法的平均精度不计其他手法的户；“全部”一行全部计入。",
    "发现天数只能细到观察日之间的间隔。",
    "单条规则取其在检验辖区上事后最好的一条，对规则有利。",
    "概率说的是“检查后会被查实”，而模拟的检查有漏有错，因此与真值相比的校准误差不可能为零。",
)
Progress = Callable[[str, float], None]


def run_board(
    work: Path, out: Home, *, teaching: Sequence[int], test: Sequence[int], size: Size, now: datetime,
    own: bool = True, progress: Progress,
) -> dict[str, Any]:  # fmt: skip
    """
    Make the districts, teach the methods, judge them, and write `out`/scoreboard/board.json.

    :param teaching: seeds of the districts whose inspections teach; `test`: seeds judged on, never among them
    :param own: also a model taught by the test district's own inspections, and one by both
    :raises ValueError: a seed is both taught and tested
    """
    if set(teaching) & set(test):
        raise ValueError(f"同一辖区不能既用来学习又用来检验：{sorted(set(teaching) & set(test))}")
    districts = {}
    for number, seed in enumerate([*teaching, *test]):
        progress(f"准备辖区 {seed}", 0.6 * number / len([*teaching, *test]))
        districts[seed] = make_district(work, seed, size, now=now, progress=lambda stage, done: None)
    taught, judged = [districts[s] for s in teaching], [districts[s] for s in test]
    progress("学习各方法", 0.6)
    cases = teach(taught, read_full)
    methods = [
        *our_methods(cases, OURS, "一户模型（在别的辖区学习）", heads=True),
        *rule_methods(),
        *rival_methods(taught),
    ]
    local = _local(judged, taught) if own else []
    told = []
    for number, method in enumerate([*methods, *local]):
        progress(f"评判 {method.zh}", 0.7 + 0.3 * number / len([*methods, *local]))
        told.append(_judge(method, judged))
    best = max((m for m in told if m["kind"] == "rule"), key=lambda m: _value([m], m["method"]))
    alone = next(m for m in methods if m.name == best["method"])
    best["rows"][0] |= describe_scheme([Judged.of(alone, d) for d in judged], OVERALL)
    board = {
        "made_at": now.isoformat(timespec="seconds"), "code_version": yihu.__version__,
        "teaching_seeds": list(teaching),
        "test_seeds": list(test), "size": {"registrations": size.taxpayers, "invoices": size.invoices,
        "months": size.months, "days": list(size.days)}, "capacity_share": SHARE,
        "labels": {"inspected": int(cases.inspected.sum()), "confirmed": int(cases.confirmed.sum())},
        "districts": [_describe(d) for d in judged], "methods": without_idle_rules(told),
        "demand": what_must_hold(told), "missed": _missed(told), "limits": list(LIMITS),
    }  # fmt: skip
    file = out.root.joinpath(*BOARD)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}")
    fresh.write_text(json.dumps(board, ensure_ascii=False, indent=1), "utf-8")
    fresh.replace(file)
    return board


def without_idle_rules(told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same methods; of a rule the row of all schemes stays, and those of schemes that no other finds better."""
    best: dict[str, tuple[float, str]] = {}
    for method in told:
        for row in method["rows"] if method["kind"] == "rule" else []:
            found = (row["average_precision"]["value"] or 0.0, method["method"])
            best[row["scheme"]] = max(best.get(row["scheme"], found), found, key=lambda one: one[0])
    return [
        m if m["kind"] != "rule" else {
            **m, "rows": [r for r in m["rows"] if r["scheme"] == OVERALL or best[r["scheme"]][1] == m["method"]]
        }
        for m in told
    ]  # fmt: skip


def _local(judged: Sequence[District], taught: Sequence[District]) -> list[Method]:
    """Taught by the test district's own past inspections, alone and with the other districts'."""
    alone, both = {}, {}
    for district in judged:
        alone[district.now] = our_methods(teach([district], read_full), "own", "")[0]
        both[district.now] = our_methods(teach([*taught, district], read_full), "both", "")[0]
    return [
        _of_its_district("yihu_own", "一户模型（只用本辖区的检查）", alone),
        _of_its_district("yihu_both", "一户模型（别的辖区加本辖区的检查）", both),
    ]


def _of_its_district(name: str, zh: str, made: Mapping[Path, Method]) -> Method:
    return Method(name, zh, "ours", lambda p: made[p].score(p), claims=True, order=lambda p: made[p].rank(p))


def _judge(method: Method, judged: Sequence[District]) -> dict[str, Any]:
    """Rows by scheme of one method, `all` first."""
    seen = [Judged.of(method, d) for d in judged]
    schemes = [method.only] if method.only else [OVERALL, *sorted({s for j in seen for s in j.schemes})]
    follow = not method.only and method.kind != "rule" and not method.name.startswith("yihu_")
    lags = [_lags(method, d) for d in judged] if follow else []
    rows = []
    for scheme in schemes:
        lag = [one for found in lags for one in found if scheme in (OVERALL, one[0])]
        rows.append(
            {
                **describe_scheme(seen, scheme, 0 if method.kind == "rule" else DRAWS),
                "detection_lag": _lag(lag) if follow else None,
            }
        )
    if method.claims:
        rows[0] |= {
            "calibration_error": describe_calibration(seen, schemes[0]),
            "calibration_by_lot": _by_lot(method, judged) if follow else None,
        }
    return {"method": method.name, "zh": method.zh, "kind": method.kind, "source": method.source, "rows": rows}


@dataclass(frozen=True, slots=True)
class Judged:
    """
    A method's ranking of one test district on its last day: the households not yet known, the first to look at first.

    :param scheme: what is running there, empty where nothing; `amount`: tax at stake in yuan
    :param capacity: households looked at; `hours`: what an inspection costs that finds nothing
    """

    scores: FloatArray
    scheme: npt.NDArray[np.str_]
    amount: FloatArray
    capacity: int
    hours: float

    @classmethod
    def of(cls, method: Method, district: District) -> "Judged":
        """Score a district's last day and put it in order; ties by lot, always the same."""
        standing = _standing(district, district.now)
        listed = standing.listed
        scores, rank = method.score(district.now)[listed], method.rank(district.now)[listed]
        order = np.lexsort((np.random.default_rng(7).random(len(scores)), -rank))
        return cls(
            scores[order], standing.scheme[listed][order], standing.amount[listed][order],
            max(round(SHARE * len(standing.household_ids)), 1), _cleared_hours(district),
        )  # fmt: skip

    @property
    def schemes(self) -> set[str]:
        return set(self.scheme.tolist()) - {""}

    def rows(self, scheme: str) -> tuple[BoolArray, BoolArray]:
        """(kept, hit): who counts when one scheme is looked for, and who is a hit."""
        guilty = self.scheme != ""
        if scheme == OVERALL:
            return np.ones(len(guilty), bool), guilty
        return (self.scheme == scheme) | ~guilty, self.scheme == scheme

    def measures(self, scheme: str, counts: FloatArray) -> dict[str, float | None]:
        """Every measure, each household counted `counts` times."""
        kept, hit = self.rows(scheme)
        first = np.cumsum(counts) <= self.capacity
        looked = counts * first
        stake = float((counts * self.amount * hit).sum())
        return {
            "average_precision": average_precision(hit[kept], counts[kept]),
            "precision_at_capacity": float((looked * hit).sum() / max(looked.sum(), 1)),
            "recall_by_amount": float((looked * self.amount * hit).sum() / stake) if stake else None,
            "wrongful_hours": float((looked * (self.scheme == "")).sum() * self.hours),
        }

    def calibration(self, scheme: str, counts: FloatArray) -> float:
        """Between the probability and the truth, each household counted `counts` times."""
        kept, hit = self.rows(scheme)
        return calibration_error(self.scores[kept], hit[kept], counts[kept])


def describe_scheme(seen: Sequence[Judged], scheme: str, draws_wanted: int = DRAWS) -> dict[str, Any]:
    """One scheme: means over the test districts, with the middle 95 % of resamplings of the households of each."""
    plain = [j.measures(scheme, np.ones(len(j.scores))) for j in seen]
    draws = [[j.measures(scheme, counts) for j, counts in drawn] for drawn in _drawn(seen, draws_wanted)]
    row: dict[str, Any] = {
        "scheme": scheme, "zh": "全部" if scheme == OVERALL else scheme_zh(scheme),
        "positives": [int(j.rows(scheme)[1].sum()) for j in seen],
        "base_rate": round(float(np.mean([j.rows(scheme)[1].mean() for j in seen])), 6),
        "by_seed": [_rounded(p["average_precision"]) for p in plain],
    }  # fmt: skip
    for name in ("average_precision", "precision_at_capacity", "recall_by_amount", "wrongful_hours"):
        row[name] = _figure(_mean([p[name] for p in plain]), [_mean([p[name] for p in d]) for d in draws])
    return row


def describe_calibration(seen: Sequence[Judged], scheme: str) -> dict[str, float | None]:
    """The calibration error of one scheme's probability: mean over the test districts, and the resamplings' middle."""
    plain = [j.calibration(scheme, np.ones(len(j.scores))) for j in seen]
    draws = [_mean([j.calibration(scheme, counts) for j, counts in drawn]) for drawn in _drawn(seen, DRAWS)]
    return _figure(_mean(plain), draws)


def _drawn(seen: Sequence[Judged], wanted: int) -> Iterator[list[tuple[Judged, FloatArray]]]:
    """Resamplings of the households of each district: how often each is counted; always the same ones."""
    chance = np.random.default_rng(11)
    for _ in range(wanted):
        sizes = [len(j.scores) for j in seen]
        counts = [np.bincount(chance.integers(0, n, n), minlength=n).astype(np.float64) for n in sizes]
        yield list(zip(seen, counts, strict=True))


def _figure(value: float | None, draws: Sequence[float | None]) -> dict[str, float | None]:
    known = [d for d in draws if d is not None]
    low, high = np.quantile(known, [0.025, 0.975]) if known else (None, None)
    return {"value": _rounded(value), "low": _rounded(low), "high": _rounded(high)}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _standing(district: District, snapshot: Path) -> Standing:
    return read_standing(district, snapshot, read_full(snapshot))


def _lags(method: Method, district: District) -> list[tuple[str, int | None]]:
    """(scheme, days) of each planted taxpayer that had begun by the last day; None where it was never up there."""
    first: dict[Any, set[str]] = {}
    for snapshot in (*district.past, district.now):
        standing = _standing(district, snapshot)
        scores = np.where(standing.listed, method.rank(snapshot), -np.inf)
        capacity = max(round(SHARE * len(scores)), 1)
        best = np.lexsort((np.random.default_rng(7).random(len(scores)), -scores))[:capacity]
        first[standing.day] = numbers_of(snapshot, [standing.household_ids[k] for k in best.tolist()])
    last = day_of(district.now)
    found: list[tuple[str, int | None]] = []
    for scheme, began, numbers in read_planted(district).values():
        if began <= last:
            days = [(day - began).days for day, listed in first.items() if day >= began and listed & numbers]
            found.append((scheme, min(days) if days else None))
    return found


def _lag(lags: Sequence[tuple[str, int | None]]) -> dict[str, Any]:
    found = [days for _, days in lags if days is not None]
    chance = np.random.default_rng(11)
    drawn = [float(np.median(chance.choice(found, len(found)))) for _ in range(DRAWS if found else 0)]
    days = _figure(median(found) if found else None, drawn)
    return {
        "observable": len(lags), "found": len(found), "median_days": days["value"], "low": days["low"],
        "high": days["high"],
    }  # fmt: skip


def _by_lot(method: Method, judged: Sequence[District]) -> dict[str, Any]:
    """Calibration on later inspections that were chosen by lot: nobody's habits stand between model and outcome."""
    said, seen = [], []
    for district in judged:
        snapshot = district.past[0]
        until = last_closed(district.home) or day_of(district.now)
        found = read_inspections(district.home, snapshot, after=day_of(snapshot), until=until, known_on=until)
        place = {h: k for k, h in enumerate(read_full(snapshot).household_ids)}
        scores = method.score(snapshot)
        for k, household in enumerate(found.household_ids):
            if found.selected_by[k] == "RANDOM" and household in place:
                said.append(scores[place[household]])
                seen.append(bool(found.confirmed[k]))
    if not seen:
        return {"n": 0, "said": None, "confirmed": None}
    return {"n": len(seen), "said": round(float(np.mean(said)), 4), "confirmed": round(float(np.mean(seen)), 4)}


def _cleared_hours(district: District) -> float:
    """Mean hours of an inspection that found nothing."""
    con = connect()
    files = literal(str(district.home.batches / "*" / "inspections" / "*.parquet"))
    (hours,) = con.execute(
        f"SELECT CAST(avg(hours) AS DOUBLE) FROM read_parquet({files}) WHERE outcome_code = 'CLEARED'"
    ).fetchone()
    con.close()
    return float(hours or 0.0)


def _describe(district: District) -> dict[str, Any]:
    standing = _standing(district, district.now)
    return {
        "seed": district.seed, "day": standing.day.isoformat(), "households": len(standing.household_ids),
        "listed": int(standing.listed.sum()), "guilty": int((standing.guilty & standing.listed).sum()),
        "capacity": max(round(SHARE * len(standing.household_ids)), 1),
    }  # fmt: skip


def _value(told: Sequence[dict[str, Any]], name: str, scheme: str = OVERALL) -> float:
    method = next(m for m in told if m["method"] == name)
    row = next((r for r in method["rows"] if r["scheme"] == scheme), None)
    return float((row or {}).get("average_precision", {}).get("value") or 0.0)


def what_must_hold(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What must hold: three times the best single expert rule, and above boosted trees on raw aggregates."""
    rules = [m["method"] for m in told if m["kind"] == "rule"]
    best = max(rules, key=lambda name: _value(told, name))
    ours, rule, raw = _value(told, OURS), _value(told, best), _value(told, RAW)
    return {
        "ours": ours, "best_rule": best, "best_rule_zh": next(m["zh"] for m in told if m["method"] == best),
        "best_rule_average_precision": rule, "ratio": round(ours / rule, 3) if rule else None,
        "three_times": bool(rule and ours >= 3 * rule), "boosted_raw": raw, "above_boosted_raw": ours > raw,
    }  # fmt: skip


def _missed(told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Schemes of which our method finds next to nothing: below `MISSED` by the total and by a head of its own."""
    ours = next(m for m in told if m["method"] == OURS)
    heads = {m["rows"][0]["scheme"]: m["rows"][0] for m in told if m["method"].startswith(f"{OURS}:")}
    return [
        {"scheme": r["scheme"], "zh": r["zh"], "average_precision": r["average_precision"]["value"]}
        for r in ours["rows"]
        if all((one["average_precision"]["value"] or 0.0) < MISSED for one in (r, heads.get(r["scheme"], r)))
    ]
