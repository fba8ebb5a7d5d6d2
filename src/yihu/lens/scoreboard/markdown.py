"""The board as the page docs/scoreboard.md shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from yihu.lens.learning.cards import OVERALL

OTHERS = (
    "boosted_raw", "boosted_raw_pu", "graph_boosted", "graph_forest", "pu_bagging", "isolation_forest",
    "local_outlier",
)  # fmt: skip


def board_tables(board: Mapping[str, Any]) -> str:
    """Two tables: all methods over all schemes, and the schemes one by one."""
    by_name = {m["method"]: m for m in board["methods"]}
    best = board["demand"]["best_rule"]
    names = ["yihu", "yihu_amount", "yihu_both", "yihu_own", "rules", best, *OTHERS]
    shown = [by_name[name] for name in names if name in by_name]
    return "\n".join([*_overall(shown, best), "", *_by_scheme(by_name, best)])


def _overall(methods: Sequence[Mapping[str, Any]], best: str) -> list[str]:
    lines = [
        "| method | average precision | precision at capacity | recall by amount | lag, days (found) "
        "| wrongful hours | calibration error |",
        "|---|---|---|---|---|---|---|",
    ]
    for method in methods:
        row = method["rows"][0]
        days = _days(row["detection_lag"]) if row["detection_lag"] else ""
        name = f"best single rule: {method['zh']}" if method["method"] == best else f"{method['method']} {method['zh']}"
        error = row.get("calibration_error")
        lines.append(
            f"| {name} | {_told(row['average_precision'])} | {_told(row['precision_at_capacity'])} "
            f"| {_told(row['recall_by_amount'])} | {days} | {_told(row['wrongful_hours'], 0)} "
            f"| {_told(error) if error else ''} |"
        )
    return lines


def _by_scheme(by_name: Mapping[str, Any], best: str) -> list[str]:
    lines = [
        "| scheme | positives by seed | ours | head of its own | rules together | best rule for it | boosted, raw "
        "| precision at capacity | recall by amount | lag, days (found) | calibration error of its head |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    rules = [m for m in by_name.values() if m["kind"] == "rule"]
    for row in by_name["yihu"]["rows"]:
        scheme = row["scheme"]
        if scheme == OVERALL:
            continue
        head = by_name.get(f"yihu:{scheme}")
        own = _told(head["rows"][0]["average_precision"]) if head else "not learned"
        found = [(_ap(m, scheme), m["zh"]) for m in rules]
        top, name = max(found, key=lambda f: f[0])
        error = head["rows"][0].get("calibration_error") if head else None
        cells = [
            f"{row['zh']} `{scheme}`",
            ", ".join(map(str, row["positives"])),
            _told(row["average_precision"]),
            own,
            _plain(_ap(by_name["rules"], scheme)),
            f"{_plain(top)} {name}",
            _plain(_ap(by_name["boosted_raw"], scheme)),
            _plain(row["precision_at_capacity"]["value"]),
            _plain(row["recall_by_amount"]["value"]),
            _days(row["detection_lag"]),
            _told(error) if error else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _ap(method: Mapping[str, Any], scheme: str) -> float:
    row = next((r for r in method["rows"] if r["scheme"] == scheme), None)
    return float((row or {"average_precision": {"value": 0}})["average_precision"]["value"] or 0.0)


def _days(lag: Mapping[str, Any]) -> str:
    found = f"{lag['found']} of {lag['observable']}"
    if lag["median_days"] is None:
        return f"– ({found})"
    return f"{lag['median_days']:g} ({_plain(lag.get('low'), 0)}–{_plain(lag.get('high'), 0)}; {found})"


def _told(figure: Mapping[str, Any], digits: int = 3) -> str:
    if figure["value"] is None:
        return "–"
    low, high = (_plain(figure[name], digits) for name in ("low", "high"))
    return f"{_plain(figure['value'], digits)} ({low}–{high})"


def _plain(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
