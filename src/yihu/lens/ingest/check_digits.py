"""The check digits of `yihu.kit.identifiers` as SQL predicates, for whole columns."""

from collections.abc import Callable, Mapping

from yihu.kit.identifiers import EARLIEST_BIRTH_YEAR, ID_CHECK_DIGITS, ID_WEIGHTS, USCC_ALPHABET, USCC_WEIGHTS


def bad_uscc(name: str) -> str:
    """SQL predicate: column `name` is no unified social credit code."""
    places = " + ".join(
        f"{weight} * (strpos('{USCC_ALPHABET}', substr({name}, {i}, 1)) - 1)"
        for i, weight in enumerate(USCC_WEIGHTS, 1)
    )
    check = f"substr('{USCC_ALPHABET}', 1 + (31 - ({places}) % 31) % 31, 1)"
    return f"(not regexp_full_match({name}, '[{USCC_ALPHABET}]{{18}}') or right({name}, 1) <> {check})"


def bad_id_number(name: str) -> str:
    """SQL predicate: column `name` is no citizen number. Passports (one or two letters, then digits) are left alone."""
    places = " + ".join(
        f"{weight} * coalesce(try_cast(substr({name}, {i}, 1) as INTEGER), 0)" for i, weight in enumerate(ID_WEIGHTS, 1)
    )
    check = f"substr('{ID_CHECK_DIGITS}', 1 + ({places}) % 11, 1)"
    born = f"try_strptime(substr({name}, 7, 8), '%Y%m%d')"
    shape = f"regexp_full_match({name}, '[0-9]{{17}}[0-9X]')"
    sound = f"{shape} and right({name}, 1) = {check} and coalesce(year({born}) >= {EARLIEST_BIRTH_YEAR}, false)"
    return f"(not regexp_full_match({name}, '[A-Za-z]{{1,2}}[0-9]{{6,10}}') and not ({sound}))"


FORMATS: Mapping[str, Callable[[str], str]] = {"uscc": bad_uscc, "id_number": bad_id_number}
