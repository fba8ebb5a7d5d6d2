"""
Why a unified social credit code (GB 32100-2015) or a citizen identity number (GB 11643-1999) is wrong, in words.

Regions are answered by whoever holds the revisions of GB/T 2260; without them the region is left unjudged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yihu.kit.findings import Finding, Severity
from yihu.kit.identifiers import (
    EARLIEST_BIRTH_YEAR,
    ID_LENGTH,
    USCC_ALPHABET,
    USCC_LENGTH,
    id_check_digit,
    uscc_check_digit,
)

OLD_ID_LENGTH = 15
SEPARATORS = str.maketrans("", "", " \t\u3000-－")
REGISTRARS = {
    "1": "机构编制", "2": "外交", "3": "司法行政", "4": "文化", "5": "民政", "6": "旅游", "7": "宗教", "8": "工会",
    "9": "市场监管", "A": "中央军委改革和编制办公室", "N": "农业农村", "Y": "其他",
}  # fmt: skip
"""First character of a unified social credit code: who registers (GB 32100-2015 with its amendment)."""

RESIDENCE_PERMITS = {"810000": "香港居民居住证", "820000": "澳门居民居住证", "830000": "台湾居民居住证"}
"""Region codes that only residence permits carry (港澳台居民居住证申领发放办法 第二十三条)."""

NATIONAL = "100000"
"""The region of bodies registered by a national authority."""


class NumberKind(StrEnum):
    """Which number a text is."""

    USCC = "USCC"
    ID = "ID"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class RegionSpan:
    """A name a region code bore, half-open; None is an open end."""

    name: str
    valid_from: date | None
    valid_to: date | None

    def holds(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


RegionsOf = Callable[[str], Sequence[RegionSpan]]
"""All spans of a six-digit region code, the earliest first; empty for one that never existed."""


@dataclass(frozen=True, slots=True)
class NumberVerdict:
    """What was found about one number. `number` is normalised; `region_name` is the one of the judged day."""

    number: str
    kind: NumberKind
    findings: tuple[Finding, ...]
    region_code: str = ""
    region_name: str = ""
    born_on: date | None = None

    @property
    def is_valid(self) -> bool:
        """Whether nothing rejects it; doubts may remain."""
        return not any(f.severity is Severity.REJECT for f in self.findings)

    @property
    def is_doubtful(self) -> bool:
        return self.is_valid and bool(self.findings)


def examine_number(text: str, *, regions: RegionsOf | None = None, on: date | None = None) -> NumberVerdict:
    """
    Judge a number of either kind; spaces, hyphens and small letters are forgiven.

    :param on: the day on which the region of a credit code must have been valid; an identity number is judged
        at birth
    """
    number = text.translate(SEPARATORS).upper()
    if _looks_like_id(number):
        return _examine_id(number, regions)
    if len(number) == USCC_LENGTH:
        return _examine_uscc(number, regions, on)
    fault = _reject(
        "E-NUM-LENGTH", f"共 {len(number)} 位，统一社会信用代码和公民身份号码都是 18 位", "核对是否漏字或多字"
    )
    if len(number) == OLD_ID_LENGTH and number.isascii() and number.isdigit():
        fault = _reject("E-NUM-OLD-ID", "15 位的第一代身份证号，已于 2013 年停用", "请登记 18 位公民身份号码")
    return NumberVerdict(number, NumberKind.UNKNOWN, (fault,))


def _looks_like_id(number: str) -> bool:
    """
    18 places, 17 of them digits, with a birth date between 1850 and 2099 or an identity number's last place.

    A credit code of digits only begins with the registrar and its region in places 3 to 8; a person's number begins
    with the region. When both readings are possible the one whose check digit fits is taken.
    """
    body = number[:-1]
    if len(number) != ID_LENGTH or not (body.isascii() and body.isdigit()):
        return False
    if id_check_digit(body) == number[-1]:
        return True
    fits_uscc = number[-1] in USCC_ALPHABET and uscc_check_digit(body) == number[-1]
    return not fits_uscc and body[6:8] in {"18", "19", "20"}


def _examine_uscc(number: str, regions: RegionsOf | None, on: date | None) -> NumberVerdict:
    strange = [(i + 1, c) for i, c in enumerate(number) if c not in USCC_ALPHABET]
    if strange:
        where = "、".join(f"第 {place} 位“{c}”" for place, c in strange)
        fault = _reject(
            "E-NUM-ALPHABET", f"{where}不能用于统一社会信用代码", "字母 I、O、Z、S、V 不使用，核对 1、0、2、5"
        )
        return NumberVerdict(number, NumberKind.USCC, (fault,))
    faults = []
    if number[0] not in REGISTRARS:
        faults.append(_reject("E-NUM-REGISTRAR", f"第 1 位“{number[0]}”不是登记管理部门代码", "核对第 1 位"))
    if not number[2:8].isdigit():
        faults.append(
            _reject("E-NUM-REGION-FORM", f"第 3—8 位“{number[2:8]}”应为六位数字的行政区划码", "核对第 3—8 位")
        )
    expected = uscc_check_digit(number[:-1])
    if expected != number[-1]:
        faults.append(
            _reject("E-NUM-CHECK", f"校验码应为“{expected}”，实为“{number[-1]}”", "有一位或几位写错，请对照证照")
        )
    region = number[2:8]
    name = "国家级登记机关" if region == NATIONAL else ""
    if region != NATIONAL and region.isdigit() and regions is not None:
        found, name = _judge_region(region, regions, on, "该日")
        faults += found
    return NumberVerdict(number, NumberKind.USCC, tuple(faults), region, name)


def _examine_id(number: str, regions: RegionsOf | None) -> NumberVerdict:
    body, faults = number[:-1], []
    born_on = _birth_date(body[6:14])
    if born_on is None:
        faults.append(_reject("E-NUM-BIRTH", f"第 7—14 位“{body[6:14]}”不是一个出生日期", "核对出生年月日"))
    expected = id_check_digit(body)
    if expected != number[-1]:
        faults.append(
            _reject("E-NUM-CHECK", f"校验码应为“{expected}”，实为“{number[-1]}”", "有一位或几位写错，请对照证件")
        )
    region = body[:6]
    name = RESIDENCE_PERMITS.get(region, "")
    if not name and regions is not None:
        found, name = _judge_region(region, regions, born_on, "出生时")
        faults += found
    return NumberVerdict(number, NumberKind.ID, tuple(faults), region, name, born_on)


def _judge_region(code: str, regions: RegionsOf, on: date | None, when: str) -> tuple[list[Finding], str]:
    spans = regions(code)
    if not spans:
        return [_unknown_region(code, regions)], ""
    if on is None:
        return [], spans[-1].name
    at = next((s for s in spans if s.holds(on)), None)
    if at is not None:
        return [], at.name
    periods = "、".join(f"{s.name}（{s.valid_from or '最早'}—{s.valid_to or '今'}）" for s in spans)
    message = f"行政区划码 {code} {when}（{on}）未启用或已撤销，有效期：{periods}"
    return [_flag("E-NUM-REGION-DATE", message, "后来补办或换发的号码会如此，请核对证件")], spans[-1].name


def _unknown_region(code: str, regions: RegionsOf) -> Finding:
    city = code[:4] + "00"
    if not code.endswith("00") and regions(city):
        message = f"行政区划码 {code} 不在历次修订中，但上级 {city} {regions(city)[-1].name} 存在"
        return _flag("E-NUM-REGION-OLD", message, "早期使用过的市区码会如此，请核对证件")
    return _reject("E-NUM-REGION", f"行政区划码 {code} 从未存在", "核对区划码所在的六位")


def _birth_date(digits: str) -> date | None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if born.year >= EARLIEST_BIRTH_YEAR else None


def _reject(code: str, message: str, fix: str) -> Finding:
    return Finding(code, Severity.REJECT, message, fix)


def _flag(code: str, message: str, fix: str) -> Finding:
    return Finding(code, Severity.FLAG, message, fix)
