"""Telephone, identity, registration and organisation numbers brought to one form."""

import re

from yihu.kit.identifiers import id_check_digit, is_id_number, is_uscc
from yihu.lens.resolve.folding import fold_width

OLD_ID = re.compile(r"\d{15}")
MOBILE = re.compile(r"1[3-9]\d{9}")
MIN_PHONE_DIGITS = 7
MIN_DOCUMENT_LENGTH = 6
ORGANISATION = slice(8, 17)


def normal_identity(text: str | None) -> str | None:
    """
    An identity document number in capitals; a 15-digit citizen number in its 18-digit form.

    Masked numbers (with *) and numbers too short to tell people apart give None.
    """
    if not text:
        return None
    number = re.sub(r"[^0-9A-Z*]", "", fold_width(text))
    if "*" in number or len(number) < MIN_DOCUMENT_LENGTH or len(set(number)) == 1:
        return None
    if OLD_ID.fullmatch(number):
        # A 15-digit number of somebody over 110 is a young person's number cut short by a form.
        body = number[:6] + ("19" if number[6:8] >= "15" else "20") + number[6:]
        longer = body + id_check_digit(body)
        return longer if is_id_number(longer) else number
    return number


def normal_phone(text: str | None) -> str | None:
    """Digits without country code and leading zero; None when too short, masked or all the same digit."""
    if not text or "*" in text:
        return None
    digits = re.sub(r"\D", "", fold_width(text))
    digits = re.sub(r"^(0086|86)(?=\d{10,})", "", digits)
    if (mobile := MOBILE.match(digits)) is not None:
        return mobile.group()
    digits = digits.lstrip("0")
    return digits if len(digits) >= MIN_PHONE_DIGITS and len(set(digits)) > 1 else None


def organisation_code(*numbers: str | None) -> str | None:
    """
    The nine characters that name the organisation (主体标识码) inside the first number that has them.

    An 18-character credit code must have its check digit; a 15-character tax number is a division and the nine.
    """
    for number in numbers:
        text = fold_width(number) if number else ""
        if is_uscc(text):
            return text[ORGANISATION]
        if len(text) == 15 and text[:6].isdigit() and len(set(text)) > 2 and not text.isdigit():
            return text[6:]
    return None
