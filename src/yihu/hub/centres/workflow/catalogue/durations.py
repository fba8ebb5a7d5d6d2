"""Durations as processes write them, in working time: `P3D` three working days, `PT4H` four working hours."""

import re
from dataclasses import dataclass

PATTERN = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?")


@dataclass(frozen=True, slots=True)
class Duration:
    """Working days, then working minutes."""

    days: int
    minutes: int


def read_duration(text: str) -> Duration:
    """
    Read ISO 8601 days, hours and minutes.

    :raises ValueError: another form, or nothing at all
    """
    found = PATTERN.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(text)
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return Duration(days, hours * 60 + minutes)
