"""
Personal data as it may be shown: identity numbers, telephones, accounts, homes, names, and numbers inside free text.

Source: GB/T 35273-2020 annex A and the masking table of docs/subsystems/access.md. A mask is a fixed point: masking it
again changes nothing, so no caller has to know whether a value was masked before.
"""

import re

from yihu.kit.identifiers import is_id_number, is_uscc

# Digits and letters only: Chinese punctuation is full width by right.
FULL_WIDTH = {c: c - 0xFEE0 for r in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B)) for c in range(*r)}
LONG_ID, LONG_PHONE = 12, 9
_COMPOUND = "欧阳司马上官诸葛司徒东方独孤南宫夏侯皇甫尉迟公孙慕容令狐长孙宇文轩辕端木百里呼延申屠赫连澹台淳于"
TWO_CHARACTER_SURNAMES = frozenset(_COMPOUND[at : at + 2] for at in range(0, len(_COMPOUND), 2))
_LETTERED = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|\d{15})(?![0-9A-Za-z])")
# Numbers are written with blanks or hyphens between their groups; a date has eight digits, an amount a point.
_DIGITS = re.compile(r"(?<![0-9A-Za-z.])\+?\d(?:[ \-]?\d){9,29}(?![0-9A-Za-z])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?=[ \-]|$)")
_PROVINCE = r"(?:[^\d*省区市县]{1,8}(?:省|自治区))?"
_CITY = r"[^\d*省区市县]{1,9}?(?:市|自治州|地区|盟)"
_PLACES = tuple(
    re.compile(f"^(?:中国)?{_PROVINCE}{rest}")
    for rest in (
        rf"(?:{_CITY})?[^\d*省市县]{{1,9}}?(?:(?<![小社园自治])(?<!自治)区|县|旗)",
        rf"{_CITY}[^\d*省区市县]{{1,7}}市",
        _CITY,
    )
)


def mask_id(value: str | None) -> str | None:
    """An identity number with the birthday and sequence hidden: 110***********0070."""
    if not value:
        return value
    if len(value) >= LONG_ID:
        return value[:3] + "*" * (len(value) - 7) + value[-4:]
    return value[:1].replace("*", "") + "***"


def mask_phone(value: str | None) -> str | None:
    """A telephone number with its middle hidden: 138****1234."""
    if not value:
        return value
    if len(value) >= LONG_PHONE:
        return value[:3] + "****" + value[-4:]
    return value[:2].replace("*", "") + "***"


def mask_account(value: str | None) -> str | None:
    """A bank account by its last four digits: ****6677."""
    return "****" + value[-4:].lstrip("*") if value else value


def mask_address(value: str | None) -> str | None:
    """A home down to its county: 浙江省杭州市西湖区****; `****` where no county can be read."""
    if not value:
        return value
    found = next((match[0] for place in _PLACES if (match := place.match(value))), "")
    return found + "****"


def mask_name(value: str | None) -> str | None:
    """A natural person by the surname: 张*, 欧阳**."""
    if not value or value.endswith("*"):
        return value
    surname = 2 if value[:2] in TWO_CHARACTER_SURNAMES and len(value) > 2 else 1
    return value[:surname] + "*" * max(1, len(value) - surname)


def veil(text: str | None) -> str | None:
    """
    Free text with every identity, telephone and account number in it masked; credit codes, dates and amounts stay.

    What cannot be told apart is masked: a run of ten or more digits keeps its last four.
    """
    if not text:
        return text
    folded = text.translate(FULL_WIDTH)
    folded = _LETTERED.sub(lambda m: _veil_document(m[0]), folded)
    return _DIGITS.sub(_veil_digits, folded)


def has_personal_number(text: str | None) -> bool:
    """Whether `veil` would hide something in the text."""
    return bool(text) and veil(text) != str(text).translate(FULL_WIDTH)


def _veil_document(number: str) -> str:
    if is_id_number(number.upper()) or not is_uscc(number):
        return str(mask_id(number))
    return number


def _veil_digits(found: re.Match[str]) -> str:
    if dated := _DATE.match(found[0]):
        # A date that an hour or another number follows.
        return dated[0] + str(veil(found[0][dated.end() :]))
    digits = re.sub(r"\D", "", found[0])
    if is_uscc(digits):
        return found[0]
    plain = digits[2:] if len(digits) == 13 and digits.startswith("861") else digits
    if len(plain) == 11 and plain[0] == "1":
        return str(mask_phone(plain))
    return str(mask_account(digits))
