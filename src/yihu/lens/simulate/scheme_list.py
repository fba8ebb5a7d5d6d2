"""The schemes of `schemes.yaml`, numbered in their order."""

from dataclasses import dataclass
from typing import Any

from yihu.lens.simulate.economy import read_yaml


@dataclass(frozen=True, slots=True)
class SchemeKind:
    """One way to evade tax; the fields are told in `schemes.yaml`."""

    name: str
    zh: str
    share: float
    least: int
    side: str
    role: str
    does: str
    double: str
    mixed: bool = False


def _load() -> tuple[SchemeKind, ...]:
    listed: dict[str, Any] = read_yaml("schemes.yaml")
    return tuple(SchemeKind(name, **told) for name, told in listed.items())


KINDS = _load()
SCHEMES = tuple(kind.name for kind in KINDS)

(
    BURST, PASS, BUYING, RING, RESALE, TAKEOVER, EXPORT, HIDDEN, GHOST, FARM, SPLIT, CREDIT, PHOENIX, BOUGHT, PLATFORM,
    REVERSAL, SHIFTING,
) = range(len(KINDS))  # fmt: skip
SHELLS = (BURST, TAKEOVER)
"""Whoever issues without anything behind it, and leaves."""
