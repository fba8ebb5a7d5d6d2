"""What may be permitted (`permissions.yaml`), what must stay apart, and the duties shipped (`duties.yaml`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from yihu.hub.foundation.org.choices import Family, Label, ScopeRule, StandardDuty

FOLDER = Path(__file__).parent
ADMINISTRATION = frozenset({Family.SYSTEM, Family.SECURITY, Family.AUDIT})
# The three administrators stay apart from one another, and those who control stay out of the business.
FAMILIES_APART = frozenset(
    {frozenset(pair) for pair in combinations(ADMINISTRATION, 2)}
    | {frozenset({Family.BUSINESS, Family.SECURITY}), frozenset({Family.BUSINESS, Family.AUDIT})}
)


@dataclass(frozen=True, slots=True)
class Permission:
    """One line of the catalogue; `apart_from` holds both ways, families included."""

    code: str
    name: str
    family: Family
    write: bool
    apart_from: frozenset[str]


@dataclass(frozen=True, slots=True)
class ShippedDuty:
    """One duty of `duties.yaml`."""

    code: StandardDuty
    family: Family
    scope_rule: ScopeRule
    clearance: Label
    permissions: tuple[str, ...]


@cache
def permissions() -> dict[str, Permission]:
    """
    Every permission by its code.

    :raises ValueError: a family or a permission named in `apart_from` that does not exist
    """
    rows = _read("permissions.yaml")
    stated = {frozenset({code, other}) for code, row in rows.items() for other in row.get("apart_from", ())}
    strangers = set().union(*stated) - set(rows)
    if strangers:
        raise ValueError(f"permissions.yaml keeps apart what it does not name: {sorted(strangers)}")
    families = {code: Family(row["family"]) for code, row in rows.items()}

    def apart(one: str) -> frozenset[str]:
        return frozenset(
            other
            for other in rows
            if frozenset({one, other}) in stated or frozenset({families[one], families[other]}) in FAMILIES_APART
        )

    return {
        code: Permission(code, row["name"], families[code], bool(row["write"]), apart(code))
        for code, row in rows.items()
    }


@cache
def apart_pairs() -> tuple[tuple[str, str], ...]:
    """Every pair of permissions nobody may hold together, each once, in order."""
    return tuple(sorted((p.code, other) for p in permissions().values() for other in p.apart_from if p.code < other))


def conflicts_among(held: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of `held` that must stay apart."""
    present = set(held)
    return [pair for pair in apart_pairs() if present.issuperset(pair)]


def permission_name(code: str) -> str:
    """The Chinese name; a permission no longer in the catalogue is shown by its code."""
    found = permissions().get(code)
    return found.name if found else code


@cache
def shipped_duties() -> tuple[ShippedDuty, ...]:
    """
    The duties of `duties.yaml`.

    :raises ValueError: an unknown permission, one of another administration, or a set that must stay apart
    """
    return tuple(_duty(StandardDuty(code), row) for code, row in _read("duties.yaml").items())


def shipped_holders(permission: str) -> frozenset[StandardDuty]:
    """The standard duties that carry a permission in a new installation."""
    return frozenset(duty.code for duty in shipped_duties() if permission in duty.permissions)


def _duty(code: StandardDuty, row: dict[str, Any]) -> ShippedDuty:
    duty = ShippedDuty(
        code, Family(row["family"]), ScopeRule(row["scope_rule"]), Label[row["clearance"]], tuple(row["permissions"])
    )
    unknown = [p for p in duty.permissions if p not in permissions()]
    foreign = [p for p in duty.permissions if p not in unknown and not may_carry(duty.family, p)]
    if unknown or foreign or conflicts_among(duty.permissions):
        raise ValueError(f"duties.yaml, {code}: unknown {unknown}, foreign {foreign}, or a set that must stay apart")
    return duty


def may_carry(family: Family | str, permission: str) -> bool:
    """Whether a duty of the family may carry the permission: administration only by its own family."""
    wanted = permissions()[permission].family
    return wanted == family or (wanted not in ADMINISTRATION and frozenset({wanted, family}) not in FAMILIES_APART)


def _read(name: str) -> dict[str, dict[str, Any]]:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))
