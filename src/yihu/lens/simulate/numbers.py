"""Numbers that are valid in form and belong to nobody."""

import numpy as np

from yihu.kit.identifiers import ID_CHECK_DIGITS, ID_WEIGHTS, USCC_ALPHABET, USCC_WEIGHTS
from yihu.lens.simulate.plan import Ints

_ALPHABET = np.array(list(USCC_ALPHABET))
_VALUE = {c: i for i, c in enumerate(USCC_ALPHABET)}
ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
UNISSUED_CITY = "99"
"""City part of simulated identity numbers: GB/T 2260 gives no city of any province the number 99."""
UNISSUED_MOBILE = ("142", "143", "154")
"""Mobile prefixes that no operator has been given."""


def organisation_codes(count: int, chance: np.random.Generator) -> list[str]:
    """
    Distinct nine-character organisation codes (GB 11714) that begin with Y.

    The register gives out Y only since lately and far below the values used here (Y9…).
    """
    tails = chance.permutation(31**4 * 8)[:count] if count < 31**4 * 4 else np.arange(count)
    digits = np.empty((count, 8), dtype=np.int64)
    digits[:, 0], digits[:, 1] = _VALUE["Y"], 9
    rest = tails.astype(np.int64)
    for place in range(7, 1, -1):
        digits[:, place] = rest % 31
        rest //= 31
    values = np.where(digits >= 30, 34, digits)
    check = (11 - (values * ORGANISATION_WEIGHTS).sum(axis=1) % 11) % 11
    tail = np.where(check == 10, "X", check.astype(str))
    return ["".join(_ALPHABET[row]) + end for row, end in zip(digits, tail, strict=True)]


def credit_codes(heads: list[str], organisations: list[str]) -> list[str]:
    """18-character credit codes from an 8-character head (authority, kind, division) and an organisation code."""
    bodies = np.array([[_VALUE[c] for c in h + o] for h, o in zip(heads, organisations, strict=True)])
    if not len(bodies):
        return []
    checks = -(bodies * np.array(USCC_WEIGHTS)).sum(axis=1) % 31
    ends = _ALPHABET[checks]
    return [h + o + e for h, o, e in zip(heads, organisations, ends, strict=True)]


def identity_numbers(provinces: Ints, born: Ints, female: Ints, chance: np.random.Generator) -> list[str]:
    """
    Citizen identity numbers of regions never issued.

    :param provinces: two-digit province codes; :param born: days since 1970; :param female: 0 or 1
    """
    days = born.astype("datetime64[D]").astype(str)
    areas = chance.integers(1, 99, len(born))
    orders = chance.integers(250, 499, len(born)) * 2 + 1 - female
    bodies = [
        f"{p:02d}{UNISSUED_CITY}{a:02d}{d.replace('-', '')}{o:03d}"
        for p, a, d, o in zip(provinces, areas, days, orders, strict=True)
    ]
    digits = np.array([list(b) for b in bodies]).astype(np.int64).reshape(len(bodies), 17)
    remainders = (digits * np.array(ID_WEIGHTS)).sum(axis=1) % 11
    return [b + ID_CHECK_DIGITS[r] for b, r in zip(bodies, remainders, strict=True)]


def short_identity_number(number: str) -> str:
    """The 15-digit form used before 1999: two-digit year, no check digit."""
    return number[:6] + number[8:17]


def mobile_numbers(count: int, chance: np.random.Generator) -> list[str]:
    """Eleven-digit numbers behind unissued prefixes; distinct while `count` is below some millions."""
    heads = chance.integers(0, len(UNISSUED_MOBILE), count)
    tails = chance.permutation(10**7)[:count] * 10 + chance.integers(0, 10, count)
    return [f"{UNISSUED_MOBILE[h]}{t:08d}" for h, t in zip(heads, tails, strict=True)]
