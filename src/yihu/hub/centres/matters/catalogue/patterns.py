"""Whether a regular expression can be trusted with a stranger's text: no repeat inside a repeat, no look-around."""

import re
from re import _parser as parser  # type: ignore[attr-defined]  # the only way to see a pattern's parts
from typing import Any

REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
REFUSED = {"GROUPREF", "GROUPREF_EXISTS", "ASSERT", "ASSERT_NOT"}


def is_safe_pattern(pattern: str, longest: int) -> bool:
    """False for what does not compile, is too long, refers backwards, or repeats a part that itself repeats."""
    if len(pattern) > longest:
        return False
    try:
        parsed = parser.parse(pattern)
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return _is_safe(parsed, inside=False)


def _is_safe(part: Any, *, inside: bool) -> bool:
    return all(_is_safe_piece(str(code), argument, inside) for code, argument in part)


def _is_safe_piece(name: str, argument: Any, inside: bool) -> bool:
    if name in REPEATS:
        least, most, inner = argument
        # A fixed number of times, or at most once, cannot grow.
        grows = most != least and most > 1
        return not (grows and inside) and _is_safe(inner, inside=inside or grows)
    if name == "SUBPATTERN":
        return _is_safe(argument[3], inside=inside)
    if name == "BRANCH":
        # Alternatives below a growing repeat may overlap.
        return not inside and all(_is_safe(one, inside=False) for one in argument[1])
    return name not in REFUSED
