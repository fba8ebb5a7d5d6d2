"""Administrative divisions (GB/T 2260) and industries (GB/T 4754-2017) by code."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

import yaml


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a two- or three-level code tree; `parent` is None at the top."""

    code: str
    name: str
    parent: str | None


def _read(name: str) -> Mapping[str, Place]:
    rows = yaml.safe_load(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return MappingProxyType({code: Place(code, *body) for code, body in rows.items()})


DIVISIONS: Mapping[str, Place] = _read("divisions.yaml")
INDUSTRIES: Mapping[str, Place] = _read("industries.yaml")


def ancestors(code: str, tree: Mapping[str, Place]) -> tuple[Place, ...]:
    """
    The entry and everything above it, top first.

    :raises KeyError: `code` is not in `tree`
    """
    place = tree[code]
    above = ancestors(place.parent, tree) if place.parent else ()
    return (*above, place)


def full_name(code: str) -> str:
    """
    A division with its parents, e.g. 浙江省杭州市西湖区.

    :raises KeyError: unknown code
    """
    return "".join(place.name for place in ancestors(code, DIVISIONS))
