"""Two cards beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yihu.hub.centres.modelhub.choices import DIMENSIONS, SIZES, SPLITS

Card = Mapping[str, Any]
MEASURES = (
    ("average_precision", "平均精度（AP）", True),
    ("auc", "AUC", True),
    ("precision_at_capacity", "前列查准率", True),
    ("recall_at_capacity", "前列查全率", True),
    ("brier", "Brier 分数", False),
    ("calibration_error", "校准误差", False),
)
AMOUNTS = (
    ("rank_correlation", "说的与补的秩相关"),
    ("reached", "前列追到的，按预计查补排序"),
    ("reached_by_probability", "前列追到的，按概率排序"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line: what, and the figure of either side as {value, low, high}.

    `better` is left, right, or empty where the intervals overlap or nothing can be said.
    """

    title: str
    left: Mapping[str, Any] | None
    right: Mapping[str, Any] | None
    better: str = ""


def overall(card: Card) -> Card:
    """The head that ranks."""
    return next(head for head in card["heads"] if head["scheme"] == "all")


def measured(card: Card, split: str) -> Card | None:
    """The measures of the ranking head on one split."""
    return next((one for one in overall(card)["measured"] if one["split"] == split), None)


def compare_measures(left: Card, right: Card) -> list[tuple[str, list[Row]]]:
    """By split, the measures of both cards, and those of the amounts they tell."""
    found = []
    for split, title in SPLITS.items():
        sides = (measured(left, split), measured(right, split))
        if any(sides):
            found.append((title, [_row(key, zh, up, *sides) for key, zh, up in MEASURES]))
    amounts = (left.get("amounts"), right.get("amounts"))
    if any(amounts):
        found.append(("查补金额（户外检验）", [_row(key, zh, True, *amounts) for key, zh in AMOUNTS]))
    return found


def _row(key: str, title: str, more_is_better: bool, left: Card | None, right: Card | None) -> Row:
    one, other = _figure(left, key), _figure(right, key)
    return Row(title, one, other, _better(one, other, more_is_better))


def _figure(side: Card | None, key: str) -> Mapping[str, Any] | None:
    value = side and side.get(key)
    if value is None:
        return None
    return value if isinstance(value, Mapping) else {"value": value, "low": None, "high": None}


def _better(left: Mapping[str, Any] | None, right: Mapping[str, Any] | None, up: bool) -> str:
    """Told apart only where the intervals do not overlap: each side was measured on its own cases."""
    if not left or not right or None in (left["low"], right["low"], left["high"], right["high"]):
        return ""
    if left["low"] > right["high"]:
        return "left" if up else "right"
    if right["low"] > left["high"]:
        return "right" if up else "left"
    return ""


def compare_heads(left: Card, right: Card) -> list[Row]:
    """By scheme the average precision out of household; without those that neither side learned by themselves."""
    names = {head["scheme"]: head["zh"] for card in (left, right) for head in card["heads"] if head["learned"]}
    return [_row_of_head(scheme, zh, left, right) for scheme, zh in names.items() if scheme != "all"]


def _row_of_head(scheme: str, title: str, left: Card, right: Card) -> Row:
    sides = [_precision_of(card, scheme) for card in (left, right)]
    return Row(title, sides[0], sides[1], _better(sides[0], sides[1], True))


def _precision_of(card: Card, scheme: str) -> Mapping[str, Any] | None:
    head = next((one for one in card["heads"] if one["scheme"] == scheme), None)
    if head is None or not head["measured"]:
        return None
    value: Mapping[str, Any] = head["measured"][0]["average_precision"]
    return value if value["value"] is not None else None


def compare_features(left: Card, right: Card) -> dict[str, list[str]]:
    """Names of features that stand on one side only, were defined anew, or are held to another direction."""
    one, other = ({f["code"]: f for f in card["features"]} for card in (left, right))
    both = [code for code in one if code in other]
    return {
        "only_left": [one[code]["zh"] for code in one if code not in other],
        "only_right": [other[code]["zh"] for code in other if code not in one],
        "redefined": [one[code]["zh"] for code in both if one[code]["digest"] != other[code]["digest"]],
        "redirected": [one[code]["zh"] for code in both if one[code]["monotone"] != other[code]["monotone"]],
        "common": [str(len(both))],
    }


def compare_fairness(left: Card, right: Card) -> list[tuple[str, list[Row]]]:
    """By dimension, the false-positive rate of each group on both sides."""
    found = []
    for dimension, title in DIMENSIONS.items():
        sides = [{r["value"]: r for r in card["fairness"] if r["dimension"] == dimension} for card in (left, right)]
        names = {value: row["zh"] for side in sides for value, row in side.items()}
        rows = [_fair_row(value, zh, sides) for value, zh in names.items()]
        if rows:
            found.append((title, rows))
    return found


def _fair_row(value: str, title: str, sides: list[dict[str, Any]]) -> Row:
    figures = [side[value]["false_positive_rate"] if value in side else None for side in sides]
    return Row(title, figures[0], figures[1], _better(figures[0], figures[1], False))


def fairness_of(card: Card) -> list[tuple[str, list[Card]]]:
    """The rows of a card's fairness report by dimension, sizes from the smallest."""
    return [
        (title, sorted(rows, key=lambda row: SIZES.index(row["value"]) if row["value"] in SIZES else len(SIZES)))
        for dimension, title in DIMENSIONS.items()
        if (rows := [row for row in card["fairness"] if row["dimension"] == dimension])
    ]
