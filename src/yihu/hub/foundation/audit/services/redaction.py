"""What must not stand in the log in the clear: numbers of people, phones and accounts, and secrets."""

import re
from collections.abc import Mapping
from typing import Any, Final

from yihu.kit.evidence.leaves import commitment, opening_key
from yihu.kit.masks import veil

# 18-digit resident identity numbers keep 3 + 4 signs, mobile numbers 3 + 4, bank card numbers the last 4.
_IDENTITY: Final = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{2})\d{11}(\d{3}[\dXx])(?![0-9A-Za-z])")
_CARD: Final = re.compile(r"(?<![0-9A-Za-z])[3-6]\d{11,14}(\d{4})(?![0-9A-Za-z])")
_MOBILE: Final = re.compile(r"(?<![0-9A-Za-z])(1[3-9]\d)\d{4}(\d{4})(?![0-9A-Za-z])")
SECRET: Final = frozenset({"password", "secret", "token", "totp_secret"})
PERSONAL: Final = frozenset(
    {"display_name", "name", "phone", "mobile", "email", "id_number", "address", "bank_account", "birth_date"}
)
WITHHELD: Final = "（不记录）"


def redact_text(text: str) -> str:
    """An object's name with identity, card and mobile numbers masked; codes of offices and the like stay."""
    text = _IDENTITY.sub(r"\1***********\2", text)
    text = _CARD.sub(r"************\1", text)
    return _MOBILE.sub(r"\1****\2", text)


def redact(value: Any) -> Any:
    """A JSON value with every text in it masked; floats become text, whose form is the same everywhere."""
    if isinstance(value, str):
        return veil(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(k): WITHHELD if k in SECRET else redact(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [redact(v) for v in value]
    return value


def changed_fields(
    before: Mapping[str, Any], after: Mapping[str, Any], personal: frozenset[str], salt: bytes
) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    Only what differs, on both sides; personal fields as commitments under the record's salt, secrets not at all.

    Whoever knows a value can show that it was the one; nobody can read it from the record.
    """
    names = [n for n in {**before, **after} if before.get(n, ...) != after.get(n, ...)]

    def shown(side: Mapping[str, Any]) -> dict[str, Any]:
        return {n: _shown(n, side[n], personal, salt) for n in names if n in side}

    return shown(before), shown(after)


def _shown(name: str, value: Any, personal: frozenset[str], salt: bytes) -> Any:
    if name in SECRET:
        return WITHHELD
    if name in personal and value not in (None, ""):
        return {"committed": commitment(opening_key(salt, f"change.{name}"), redact(value) if _odd(value) else value)}
    return redact(value)


def _odd(value: Any) -> bool:
    return not isinstance(value, str)
