"""
Revisions of a code list made into spans of days, and where a vanished code went.

GB/T 2260 is published as whole lists: a code is valid from the first list that has it until the first that has not.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yihu.hub.foundation.codes.services.problems import Place

PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|"
    "水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|"
    "鄂伦春|赫哲|门巴|珞巴|基诺"
)  # fmt: skip
SELF_GOVERNING = rf"(?:(?:{PEOPLES})族?)*(?:自治县|自治州|自治旗|自治区)$"
KIND_OF_PLACE = re.compile(SELF_GOVERNING + "|(?:特区|林区|矿区|地区|市|县|区|旗|盟)$")


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A code in one revision; `rank` orders the series, the lowest being believed first."""

    rank: int
    series: str
    month: date
    code: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A code under one name, half-open; None is an open end."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    series: str
    place: Place


@dataclass(frozen=True, slots=True)
class Successor:
    """Where a vanished code went; `to_code` is empty when no name tells."""

    from_code: str
    to_code: str
    on: date
    basis: str


def collapse(rows: Iterable[RevisionRow]) -> list[NamedSpan]:
    """
    Spans of every code, sorted by code and beginning.

    A code is told by the first series that has it at all. What stands in a series' first list began at an unknown
    day before it; what stands in its last list is still valid.
    """
    by_series: dict[int, list[RevisionRow]] = defaultdict(list)
    for row in rows:
        by_series[row.rank].append(row)
    spans: list[NamedSpan] = []
    told: set[str] = set()
    for _, members in sorted(by_series.items()):
        fresh = [row for row in members if row.code not in told]
        spans += _spans_of_series(fresh, sorted({row.month for row in members}))
        told |= {row.code for row in fresh}
    return sorted(spans, key=lambda s: (s.code, s.valid_from or date.min))


def _spans_of_series(rows: Sequence[RevisionRow], months: Sequence[date]) -> list[NamedSpan]:
    place_of = {month: index for index, month in enumerate(months)}
    by_code: dict[str, dict[int, RevisionRow]] = defaultdict(dict)
    for row in rows:
        by_code[row.code].setdefault(place_of[row.month], row)
    return [span for listed in by_code.values() for span in _spans_of_code(listed, months)]


def _spans_of_code(listed: dict[int, RevisionRow], months: Sequence[date]) -> list[NamedSpan]:
    spans = []
    ordered = sorted(listed)
    begin = ordered[0]
    for here, following in zip(ordered, [*ordered[1:], None], strict=True):
        row = listed[here]
        if following == here + 1 and listed[following].name == row.name:
            continue
        ends = None if here + 1 == len(months) else months[here + 1]
        spans.append(NamedSpan(row.code, row.name, months[begin] if begin else None, ends, row.series, row.place))
        begin = following if following is not None else 0
    return spans


def successors_of(spans: Sequence[NamedSpan]) -> list[Successor]:
    """
    Where codes went that were given up.

    A code that vanishes is followed to the one code that appears on the same day under the same name, else under
    the same name but for the kind of place (县 made 市 or 区) within the province. Two candidates are no answer.
    """
    last = {s.code: s for s in spans}
    first: dict[str, NamedSpan] = {}
    for span in spans:
        first.setdefault(span.code, span)
    appeared: dict[tuple[date, str], list[NamedSpan]] = defaultdict(list)
    for span in first.values():
        if span.valid_from is not None:
            appeared[span.valid_from, span.name].append(span)
            appeared[span.valid_from, f"{span.code[:2]}/{stem(span.name)}"].append(span)
    gone = [s for s in last.values() if s.valid_to is not None]
    return [_successor(span, appeared) for span in sorted(gone, key=lambda s: s.code)]


def _successor(span: NamedSpan, appeared: dict[tuple[date, str], list[NamedSpan]]) -> Successor:
    on = span.valid_to or date.max
    same = _fitting(span, appeared.get((on, span.name), []))
    if len(same) == 1:
        return Successor(span.code, same[0].code, on, f"同日启用、名称同为“{span.name}”")
    akin = _fitting(span, appeared.get((on, f"{span.code[:2]}/{stem(span.name)}"), []))
    if len(akin) == 1:
        return Successor(span.code, akin[0].code, on, f"同省同日由“{span.name}”改为“{akin[0].name}”")
    return Successor(span.code, "", on, "名称不能推出去向，待人工核定")


def _fitting(span: NamedSpan, found: Sequence[NamedSpan]) -> list[NamedSpan]:
    return [other for other in found if other.code != span.code and other.series == span.series]


def stem(name: str) -> str:
    """A place name without the words for its kind; the whole name when less than two letters would remain."""
    bare = KIND_OF_PLACE.sub("", name)
    return bare if len(bare) > 1 else name
