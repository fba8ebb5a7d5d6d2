"""The built-in functions: what they take and give. What they do stands in `functions.py`.

Source: DMN 1.3 §10.3.4. `round`, `days between`, `months between`, `years between`, `add days` and
`add months` are ours.
"""

from dataclasses import dataclass

from yihu.kit.feel.types import ANY, BOOLEAN, DATE, NUMBER, TEXT, Type, list_of


@dataclass(frozen=True, slots=True)
class Signature:
    """Types of the parameters (the last one repeats up to `most`), how few and many, and what comes out."""

    parameters: tuple[Type, ...]
    result: Type
    least: int
    most: int
    help_zh: str

    @property
    def count_zh(self) -> str:
        """How many arguments, for messages."""
        return f" {self.least} " if self.least == self.most else f" {self.least} 到 {self.most} "

    def parameter(self, index: int) -> Type:
        """The type asked for at `index`."""
        return self.parameters[min(index, len(self.parameters) - 1)]


def _takes(*parameters: Type, gives: Type, help: str, least: int | None = None, most: int | None = None) -> Signature:
    count = len(parameters)
    return Signature(parameters, gives, count if least is None else least, most or count, help)


_MANY = 50
_LIST = list_of(ANY)

SIGNATURES: dict[str, Signature] = {
    "not": _takes(BOOLEAN, gives=BOOLEAN, help="否定"),
    "abs": _takes(NUMBER, gives=NUMBER, help="绝对值"),
    "floor": _takes(NUMBER, gives=NUMBER, help="向下取整"),
    "ceiling": _takes(NUMBER, gives=NUMBER, help="向上取整"),
    "round": _takes(NUMBER, NUMBER, gives=NUMBER, help="四舍五入到几位小数（不写为 0 位）", least=1),
    "round half up": _takes(NUMBER, NUMBER, gives=NUMBER, help="四舍五入到几位小数"),
    "round up": _takes(NUMBER, NUMBER, gives=NUMBER, help="远离零取到几位小数"),
    "round down": _takes(NUMBER, NUMBER, gives=NUMBER, help="截断到几位小数"),
    "modulo": _takes(NUMBER, NUMBER, gives=NUMBER, help="余数，符号随除数"),
    "number": _takes(TEXT, gives=NUMBER, help='文字转数字，如 number("12.5")'),
    "sum": _takes(ANY, gives=NUMBER, help="合计", least=1, most=_MANY),
    "count": _takes(_LIST, gives=NUMBER, help="个数"),
    "mean": _takes(ANY, gives=NUMBER, help="平均", least=1, most=_MANY),
    "min": _takes(ANY, gives=ANY, help="最小", least=1, most=_MANY),
    "max": _takes(ANY, gives=ANY, help="最大", least=1, most=_MANY),
    "all": _takes(ANY, gives=BOOLEAN, help="全部为是", least=1, most=_MANY),
    "any": _takes(ANY, gives=BOOLEAN, help="有一个为是", least=1, most=_MANY),
    "list contains": _takes(_LIST, ANY, gives=BOOLEAN, help="列表里有没有"),
    "distinct values": _takes(_LIST, gives=_LIST, help="去重"),
    "concatenate": _takes(_LIST, gives=_LIST, help="接成一个列表", least=1, most=_MANY),
    "string": _takes(ANY, gives=TEXT, help="转成文字"),
    "string length": _takes(TEXT, gives=NUMBER, help="字数"),
    "substring": _takes(TEXT, NUMBER, NUMBER, gives=TEXT, help="从第几个字取几个字", least=2),
    "contains": _takes(TEXT, TEXT, gives=BOOLEAN, help="包含"),
    "starts with": _takes(TEXT, TEXT, gives=BOOLEAN, help="以……开头"),
    "ends with": _takes(TEXT, TEXT, gives=BOOLEAN, help="以……结尾"),
    "substring before": _takes(TEXT, TEXT, gives=TEXT, help="……之前的文字"),
    "substring after": _takes(TEXT, TEXT, gives=TEXT, help="……之后的文字"),
    "upper case": _takes(TEXT, gives=TEXT, help="大写"),
    "lower case": _takes(TEXT, gives=TEXT, help="小写"),
    "date": _takes(ANY, NUMBER, gives=DATE, help='日期，如 date("2026-01-31") 或 date(2026, 1, 31)', least=1, most=3),
    "year": _takes(DATE, gives=NUMBER, help="年"),
    "month": _takes(DATE, gives=NUMBER, help="月"),
    "day": _takes(DATE, gives=NUMBER, help="日"),
    "days between": _takes(DATE, DATE, gives=NUMBER, help="从前一日到后一日的天数"),
    "months between": _takes(DATE, DATE, gives=NUMBER, help="从前一日到后一日的整月数"),
    "years between": _takes(DATE, DATE, gives=NUMBER, help="从前一日到后一日的整年数"),
    "add days": _takes(DATE, NUMBER, gives=DATE, help="加天数"),
    "add months": _takes(DATE, NUMBER, gives=DATE, help="加月数（月末对月末）"),
}
