"""
Letters, titles and notices: text with places to fill, and nothing that decides.

`{{ form.amount | money }}` is all there is: a path, and at most one format from a closed list. What is filled in is
text and is never looked at again, so a value cannot become a place of its own.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from yihu.hub.centres.matters.catalogue.problems import Problem
from yihu.hub.screens.figures import day, minute, money

PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,4})\s*(?:\|\s*([a-z_]+)\s*)?\}\}")
ANYTHING = re.compile(r"\{\{|\}\}|\{%|%\}")
LONGEST = 20_000
# What a letter may name beside `form`.
ROOTS: dict[str, frozenset[str]] = {
    "case": frozenset({"number", "title", "matter", "submitted_at", "due_at", "outcome", "office"}),
    "applicant": frozenset({"name", "post", "office"}),
    "taxpayer": frozenset({"name", "number", "office"}),
    "letter": frozenset({"number", "day"}),
    "decisions": frozenset(),
    "opinion": frozenset(),
}
DIGITS, UNITS, SECTIONS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "万亿")


def in_capitals(value: Any) -> str:
    """An amount as a cheque writes it: 壹万贰仟元整."""
    amount = _decimal(value)
    if amount is None or abs(amount) >= Decimal(10) ** 16:
        return ""
    yuan, cents = divmod(int((abs(amount) * 100).to_integral_value()), 100)
    whole = _whole(yuan) + "元" if yuan or not cents else ""
    jiao, fen = divmod(cents, 10)
    tail = (DIGITS[jiao] + "角" if jiao else ("零" if yuan and fen else "")) + (DIGITS[fen] + "分" if fen else "整")
    return ("负" if amount < 0 else "") + whole + (tail if cents else "整")


def _whole(number: int) -> str:
    if not number:
        return "零"
    said, section = "", 0
    while number:
        number, rest = divmod(number, 10_000)
        part = _section(rest)
        if part:
            gap = "零" if number and rest < 1000 else ""
            said = gap + part + SECTIONS[section] + said
        elif said and not said.startswith("零"):
            said = "零" + said
        section += 1
    return said.removeprefix("零")


def _section(rest: int) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = rest // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + UNITS[place]
            gap = False
        else:
            gap = True
    return said


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _money(value: Any) -> str:
    amount = _decimal(value)
    return money(amount) if amount is not None else ""


def _long_day(value: Any) -> str:
    year, month, date_ = (day(value) + "--").split("-")[:3]
    return f"{year}年{int(month)}月{int(date_)}日" if date_.isdigit() else ""


FORMATS: dict[str, Callable[[Any], str]] = {
    "money": _money,
    "capitals": in_capitals,
    "day": lambda value: day(value) if value else "",
    "long_day": lambda value: _long_day(value) if value else "",
    "minute": lambda value: minute(value) if value else "",
    "yes_no": lambda value: "是" if value else "否",
    "lines": lambda value: "\n".join(str(row) for row in value) if isinstance(value, list) else str(value or ""),
}


def examine_text(file: str, place: str, text: str, fields: frozenset[str]) -> list[Problem]:
    """What a letter, title or notice says wrongly; `fields` are the paths of the form."""
    if len(text) > LONGEST:
        return [Problem("MTR-L01", file, place, f"超过 {LONGEST} 字")]
    problems = []
    for path, form in PLACE.findall(text):
        root, _, rest = path.partition(".")
        known = rest in fields if root == "form" else root in ROOTS and (not ROOTS[root] or rest in ROOTS[root])
        if not known:
            problems.append(Problem("MTR-L01", file, place, f"没有“{path}”可填"))
        if form and form not in FORMATS:
            problems.append(Problem("MTR-L01", file, place, f"不认识格式“{form}”"))
    if ANYTHING.search(PLACE.sub("", text)):
        problems.append(Problem("MTR-L01", file, place, "占位的写法不对"))
    return problems


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with every place filled; what is not there becomes nothing. One pass: values are never read again."""

    def put(match: re.Match[str]) -> str:
        value = _at(values, match[1])
        if match[2]:
            return FORMATS[match[2]](value)
        if isinstance(value, bool):
            return "是" if value else "否"
        return "、".join(str(v) for v in value) if isinstance(value, list) else "" if value is None else str(value)

    return PLACE.sub(put, text)


def _at(values: Mapping[str, Any], path: str) -> Any:
    found: Any = values
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
