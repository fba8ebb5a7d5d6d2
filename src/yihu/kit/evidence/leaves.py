"""
A record of the log as the bytes that are hashed.

The bytes are canonical JSON: keys sorted, no spaces, UTF-8, no floats. Whatever can name a person or a taxpayer is
not in them but a commitment to it, SHA-256(key || value) with key = SHA-256(salt || field): the log can be shown to
anybody, a single value can be opened to somebody, and the record can be forgotten while the tree still stands.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from yihu.kit.evidence.digests import DIGESTS, sha256
from yihu.kit.evidence.merkle import leaf_hash

VERSION: Final = 1
TEXTS: Final = ("actor", "office_code", "post", "verb", "channel", "request_number")
PLAIN: Final = ("id", "at", "actor_id", *TEXTS)
SEALED_TEXTS: Final = ("actor_name", "office_name", "target", "target_name", "purpose", "address")
SEALED_OBJECTS: Final = ("detail", "before", "after")
SEALED: Final = (*SEALED_TEXTS, *SEALED_OBJECTS)
# What a field holds when it says nothing; anything else is part of the leaf.
EMPTY: Final[dict[str, object]] = {
    "actor_id": None, **dict.fromkeys((*TEXTS, *SEALED_TEXTS), ""), **{field: {} for field in SEALED_OBJECTS},
}  # fmt: skip
SALT_SIZE: Final = 16


def canonical(value: object) -> bytes:
    """
    The one JSON form of a value of texts, whole numbers, truth values, None, lists and string-keyed objects.

    :raises TypeError: anything else, floats too: their text is not the same everywhere
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no one form")
    parts: Iterable[object] = ()
    if isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    for part in parts:
        _refuse_floats(part)


def opening_key(salt: bytes, field: str) -> bytes:
    """What opens one field of a record and no other."""
    return sha256(salt + field.encode())


def commitment(key: bytes, value: object) -> str:
    """The commitment to a field's value, in hex."""
    return sha256(key + (value.encode() if isinstance(value, str) else canonical(value))).hex()


def _says(entry: Mapping[str, Any], field: str) -> bool:
    """Whether the field is more than empty; 0, False and [] are not the same as empty."""
    if field not in entry:
        return False
    value, empty = entry[field], EMPTY.get(field, ...)
    return type(value) is not type(empty) or value != empty


def leaf_bytes(entry: Mapping[str, Any], salt: bytes) -> bytes:
    """
    The leaf of a record. Empty fields are left out.

    :param entry: the fields of `PLAIN` and `SEALED`; `at` is ISO 8601 in UTC with microseconds
    :raises TypeError: a value has no canonical form
    """
    leaf: dict[str, Any] = {field: entry[field] for field in PLAIN if _says(entry, field)}
    leaf["v"] = VERSION
    leaf["salt"] = sha256(b"salt" + salt).hex()
    leaf["sealed"] = {f: commitment(opening_key(salt, f), entry[f]) for f in SEALED if _says(entry, f)}
    return canonical(leaf)


def openings(entry: Mapping[str, Any], salt: bytes) -> dict[str, dict[str, Any]]:
    """The sealed fields of a record with the keys that show them to be what was committed to."""
    return {f: {"value": entry[f], "key": opening_key(salt, f).hex()} for f in SEALED if _says(entry, f)}


def wrong_openings(leaf: Mapping[str, Any], opened: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The opened fields that are not what the leaf committed to."""
    sealed = leaf.get("sealed", {})
    return [f for f, o in opened.items() if sealed.get(f) != commitment(bytes.fromhex(o["key"]), o["value"])]


def leaf_hashes(leaf: bytes) -> dict[str, bytes]:
    """The leaf hash by each hash function."""
    return {name: leaf_hash(leaf, digest) for name, digest in DIGESTS.items()}
