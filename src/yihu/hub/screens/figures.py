"""How numbers, days and numbers of persons are written on every page."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from yihu.kit.masks import mask_id, mask_phone, veil

BLANK = "—"
CHINA = ZoneInfo("Asia/Shanghai")
WAN, YI = 10_000, 100_000_000
Number = int | float | Decimal


def money(value: Number | None) -> str:
    """Yuan with two places and separators, for detail."""
    return BLANK if value is None else f"{value:,.2f}"


def short_money(value: Number | None) -> str:
    """Yuan in 万元 or 亿元 with its unit, for summaries."""
    if value is None:
        return BLANK
    size = abs(value)
    if size >= YI:
        return f"{float(value) / YI:,.2f} 亿元"
    return f"{float(value) / WAN:,.2f} 万元" if size >= WAN else f"{value:,.2f} 元"


def in_wan(value: Number | None) -> str:
    """Yuan as a bare number of 万元, for columns whose header carries the unit."""
    return BLANK if value is None else f"{float(value) / WAN:,.2f}"


def count(value: Number | None) -> str:
    """A whole number with separators."""
    return BLANK if value is None else f"{value:,.0f}"


def percent(value: Number | None) -> str:
    """A share between 0 and 1 as percent with one place."""
    return BLANK if value is None else f"{float(value) * 100:,.1f}%"


def decimal_places(value: Number | None, places: int = 2) -> str:
    """A plain number with up to `places` decimals, without trailing zeros."""
    if value is None:
        return BLANK
    text = f"{float(value):z,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date | datetime | str | None) -> str:
    """A date as 2026-11-23."""
    if value is None or value == "":
        return BLANK
    return value[:10] if isinstance(value, str) else _local(value).strftime("%Y-%m-%d")


def minute(value: date | datetime | str | None) -> str:
    """An instant to the minute, in Chinese time."""
    if value is None or value == "":
        return BLANK
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return _local(moment).strftime("%Y-%m-%d %H:%M") if isinstance(moment, datetime) else day(moment)


def masked_id(value: str | None) -> str:
    """An identity number with the birthday and sequence hidden."""
    return mask_id(value) or BLANK


def masked_phone(value: str | None) -> str:
    """A telephone number with its middle hidden."""
    return mask_phone(value) or BLANK


def veiled(value: str | None) -> str:
    """Free text with the personal numbers in it hidden."""
    return veil(value) or BLANK


def with_unit(value: Number | None, unit: str) -> str:
    """An indicator's value in the way its unit is read: shares as percent, money shortened, counts whole."""
    if value is None:
        return "不适用"
    if unit in {"%", "比例", "比率", "rate", "share"}:
        return percent(value)
    if unit == "元":
        return short_money(value)
    return f"{decimal_places(value)} {unit}".strip()


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(CHINA) if isinstance(value, datetime) and value.tzinfo else value
