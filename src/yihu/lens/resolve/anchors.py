"""Stable names: a household is called after the member that was gathered first."""

import hashlib
import re
from collections.abc import Iterable, Mapping

HOUSEHOLD_PREFIX = "H"
PERSON_PREFIX = "P"
HEX_DIGITS = 12
HOUSEHOLD_ID = re.compile(rf"{HOUSEHOLD_PREFIX}[0-9a-f]{{{HEX_DIGITS}}}")


def household_id(registration_id: str) -> str:
    """The household id whose anchor is this registration; pure, so an id can be traced back to its anchor."""
    return HOUSEHOLD_PREFIX + _digest(registration_id)


def is_household_id(reference: str) -> bool:
    """Whether a reference is a household id rather than a registration number."""
    return HOUSEHOLD_ID.fullmatch(reference) is not None


def natural_person_id(person_id: str) -> str:
    """The natural person's id whose anchor is this person record."""
    return PERSON_PREFIX + _digest(person_id)


def anchors(group: Mapping[str, str], arrived: Mapping[str, str]) -> dict[str, str]:
    """
    Each record's anchor: of its group the one with the lowest (first batch, id).

    :param group: record → name of its group
    :param arrived: record → batch_id in which it was first gathered; missing sorts last
    """
    best: dict[str, str] = {}
    for record in sorted(group, key=lambda r: (arrived.get(r, "~"), r)):
        best.setdefault(group[record], record)
    return {record: best[name] for record, name in group.items()}


def same_ids(ids: Iterable[str]) -> dict[str, str]:
    """Household id → registration, for reading references that name a household."""
    return {household_id(i): i for i in ids}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HEX_DIGITS]
