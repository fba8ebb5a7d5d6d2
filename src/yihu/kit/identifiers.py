"""
Check digits of the two numbers that name a Chinese taxpayer or person.

Sources: GB 32100-2015 (unified social credit code, 统一社会信用代码) and GB 11643-1999 (citizen identity
number, 公民身份号码; check digit by ISO 7064 MOD 11-2).
"""

from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015, without I, O, S, V and Z; a character's value is its place."""

USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""Weights of the first 17 places, 3 ** i mod 31."""

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Weights of the first 17 digits, 2 ** (17 - i) mod 11."""

ID_CHECK_DIGITS = "10X98765432"
"""The check digit for each remainder of the weighted sum by 11."""

USCC_LENGTH = 18
ID_LENGTH = 18
EARLIEST_BIRTH_YEAR = 1850


def uscc_check_digit(body: str) -> str:
    """
    The 18th character for the first 17 of a unified social credit code.

    :raises ValueError: `body` is not 17 characters of `USCC_ALPHABET`
    """
    if len(body) != len(USCC_WEIGHTS):
        raise ValueError(f"need {len(USCC_WEIGHTS)} characters, got {len(body)}")
    total = sum(w * USCC_ALPHABET.index(c) for w, c in zip(USCC_WEIGHTS, body, strict=True))
    return USCC_ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Whether `text` is 18 capital characters of the alphabet that end in their check digit."""
    if len(text) != USCC_LENGTH or any(c not in USCC_ALPHABET for c in text):
        return False
    return uscc_check_digit(text[:-1]) == text[-1]


def id_check_digit(body: str) -> str:
    """
    The 18th character (0–9 or X) for the first 17 digits of a citizen identity number.

    :raises ValueError: `body` is not 17 ASCII digits
    """
    if len(body) != len(ID_WEIGHTS) or not (body.isascii() and body.isdigit()):
        raise ValueError("need 17 digits")
    return ID_CHECK_DIGITS[sum(w * int(c) for w, c in zip(ID_WEIGHTS, body, strict=True)) % 11]


def is_id_number(text: str) -> bool:
    """Whether `text` is 17 digits with a real day of birth (places 7–14) and the right check digit."""
    body = text[:-1]
    if len(text) != ID_LENGTH or not (body.isascii() and body.isdigit()):
        return False
    return _is_day(body[6:14]) and id_check_digit(body) == text[-1]


def _is_day(digits: str) -> bool:
    year = int(digits[:4])
    try:
        date(year, int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return year >= EARLIEST_BIRTH_YEAR
