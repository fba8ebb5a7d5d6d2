"""What a person may do today, in words: by which post, which permissions, which households, up to which label."""

from dataclasses import dataclass
from typing import Any

from yihu.hub.foundation.org.catalogue import conflicts_among, permission_name, permissions
from yihu.hub.foundation.org.choices import ScopeRule


@dataclass(frozen=True, slots=True)
class Right:
    """One duty through one post."""

    title: str
    office: str
    duty: str
    scope: str
    clearance: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]


def rights_of(person: Any) -> list[Right]:
    """One row a post and duty in effect; a post without duty is a row without permissions."""
    return [_right(g) for g in person.actor.all_grants]


def _right(grant: Any) -> Right:
    held = [p for p in permissions().values() if p.code in grant.permissions]
    return Right(
        title=grant.title,
        office=grant.office_code,
        duty=grant.duty_name or "未授岗责",
        scope=scope_in_words(grant),
        clearance=grant.clearance.label,
        reads=tuple(p.name for p in held if not p.write),
        writes=tuple(p.name for p in held if p.write),
    )


def scope_in_words(grant: Any) -> str:
    """Which households: 本机关及下级（1440300）."""
    if grant.scope_rule in {ScopeRule.NONE, ScopeRule.EVERYTHING}:
        return grant.scope_rule.label
    return f"{grant.scope_rule.label}（{grant.office_code}）"


def conflicts_in_words(held: list[str]) -> list[str]:
    """Why a set of permissions may not be one person's."""
    return [
        f"“{permission_name(one)}”与“{permission_name(other)}”不能由同一人持有：经办与审核必须分开"
        for one, other in conflicts_among(held)
    ]
