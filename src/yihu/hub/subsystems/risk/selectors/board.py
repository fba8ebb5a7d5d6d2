"""The published board as the page shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

ALL = "all"
RULE, OURS = "rule", "ours"
Board = Mapping[str, Any]


def overall_rows(board: Board) -> list[dict[str, Any]]:
    """One row a method over all schemes, of rules the best alone: its measures, method, method_zh, kind, source."""
    best = board["demand"]["best_rule"]
    kept = [m for m in board["methods"] if m["kind"] != RULE or m["method"] == best]
    return [{**_row(m, ALL), **_named(m)} for m in kept if _row(m, ALL)]


def scheme_rows(board: Board) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """
    Average precision by scheme and method.

    :returns: the methods that were judged scheme by scheme (rules and variants of ours apart), and rows {zh, positives,
        base_rate, cells, head, rule}: one figure a method in that order (None where it was not judged), that of the
        model's own head for the scheme (None where it has none), and the rule that alone found the scheme best,
        {method_zh, average_precision}, None where no rule was judged by scheme
    """
    ours, *others = [m for m in board["methods"] if len(m["rows"]) > 1 and m["kind"] != RULE]
    methods = [ours, *(m for m in others if m["kind"] != OURS)]
    names = {row["scheme"]: row for method in methods for row in method["rows"] if row["scheme"] != ALL}
    rows = [
        {
            "zh": row["zh"], "positives": sum(row["positives"]), "base_rate": row["base_rate"],
            "cells": [(_row(method, scheme) or {}).get("average_precision") for method in methods],
            "head": _of_its_head(board, scheme, "average_precision"),
            "rule": _best_rule(board, scheme),
        }
        for scheme, row in names.items()
    ]  # fmt: skip
    return [_named(method) for method in methods], rows


def _of_its_head(board: Board, scheme: str, measure: str) -> dict[str, Any] | None:
    alone = (m for m in board["methods"] if m["kind"] == OURS and [row["scheme"] for row in m["rows"]] == [scheme])
    return next((_row(head, scheme).get(measure) for head in alone), None)


def _best_rule(board: Board, scheme: str) -> dict[str, Any] | None:
    judged = [
        {**_named(method), "average_precision": row["average_precision"]}
        for method in board["methods"]
        if method["kind"] == RULE and (row := _row(method, scheme))
    ]
    return max(judged, key=lambda one: one["average_precision"]["value"] or 0.0, default=None)


def rule_rows(board: Board) -> list[dict[str, Any]]:
    """Every written rule alone, the best first."""
    rules = [{**method["rows"][0], **_named(method)} for method in board["methods"] if method["kind"] == RULE]
    return sorted(rules, key=lambda row: -(row["average_precision"]["value"] or 0.0))


def method_rows(board: Board, wanted: str) -> dict[str, Any]:
    """
    One method scheme by scheme with every measure: the one asked for, else the first.

    :returns: also `has_heads`: the calibration of a scheme is that of the model's own head for it
    """
    methods: Sequence[Mapping[str, Any]] = board["methods"]
    found = next((m for m in methods if m["method"] == wanted), methods[0])
    if found is not methods[0]:
        return {**_named(found), "rows": found["rows"], "has_heads": False}
    told = {row["scheme"]: _of_its_head(board, row["scheme"], "calibration_error") for row in found["rows"]}
    rows = [{**row, "calibration_error": row.get("calibration_error") or told[row["scheme"]]} for row in found["rows"]]
    return {**_named(found), "rows": rows, "has_heads": any(told.values())}


def _row(method: Mapping[str, Any], scheme: str) -> dict[str, Any]:
    return next((dict(row) for row in method["rows"] if row["scheme"] == scheme), {})


def _named(method: Mapping[str, Any]) -> dict[str, Any]:
    return {"method": method["method"], "method_zh": method["zh"], "kind": method["kind"], "source": method["source"]}
