"""A person's grants of one day, and what follows from them: permissions, scopes, clearance, titles."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from django.db import connection

from yihu.hub.base.access import Area, Label, Scope
from yihu.hub.foundation.org.choices import OfficeLevel, ScopeRule
from yihu.hub.foundation.org.models.grants import Grant, load_grants

# Offices merged into an office keep their codes; an office and all below it are one range of the path index.
# Codes are letters, digits, "-", "_" and ".", all of which sort before "~" in collation C.
CODES = """
SELECT m.merged_into_id, m.code FROM org_office m WHERE m.merged_into_id = ANY (%(own)s)
UNION ALL
SELECT o.id, s.code FROM org_office o JOIN org_office s ON s.path >= o.path AND s.path < o.path || '~'
 WHERE o.id = ANY (%(whole)s)
"""
GRIDS = """
SELECT m.user_id, o.code, o.path, g.divisions,
       ARRAY(SELECT t.number FROM org_gridtaxpayer t WHERE t.grid_id = g.id
              AND t.valid_from <= %(day)s AND (t.valid_to IS NULL OR t.valid_to > %(day)s))
  FROM org_gridmember m JOIN org_grid g ON g.id = m.grid_id JOIN org_office o ON o.id = g.office_id
 WHERE m.user_id = ANY (%(users)s)
   AND m.valid_from <= %(day)s AND (m.valid_to IS NULL OR m.valid_to > %(day)s)
   AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
"""


class Actor:
    """
    What one person may do on one day. Three queries at most: the grants, the office codes, the grids; each is made
    when first needed and kept.
    """

    def __init__(self, user_id: int, day: date) -> None:
        self.user_id = user_id
        self.day = day
        self.chosen_post: int | None = None

    @cached_property
    def all_grants(self) -> tuple[Grant, ...]:
        return load_grants(self.user_id, self.day)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The grants in use: of the chosen post, or all."""
        chosen = tuple(g for g in self.all_grants if g.post_id == self.chosen_post)
        return chosen or self.all_grants

    def choose(self, post_id: int) -> None:
        self.chosen_post = post_id

    @property
    def title(self) -> str:
        """Of the post in use; the primary one comes first, then the longest held."""
        return self.grants[0].title if self.grants else "未任职"

    def holds(self, permission: str) -> bool:
        return any(permission in g.permissions for g in self.grants)

    def carriers(self, permission: str) -> Iterable[str]:
        """Titles of the posts that carry a permission, each once."""
        return dict.fromkeys(f"{g.office_code} {g.title}" for g in self._carrying(permission))

    def reaches(self, permission: str, office_path: str) -> bool:
        """
        Whether an office lies within reach of the posts that carry a permission: it answers "whose post, person or
        grid may I keep", where `scope` answers for taxpayers.
        """
        for grant in self._carrying(permission):
            if _is_everything(grant) or office_path == grant.office_path:
                return True
            if grant.scope_rule == ScopeRule.SUBTREE and office_path.startswith(grant.office_path):
                return True
        return False

    def scope(self, permission: str) -> Scope:
        """
        The union over the grants that carry the permission.

        The clearance is the lowest among them: together they reach the households of all, and none may open by the
        breadth of one what only the depth of another allows. Whoever needs the higher one acts by that post alone.
        """
        carrying = self._carrying(permission)
        reaching = [g for g in carrying if g.scope_rule != ScopeRule.NONE]
        clearance = min((g.clearance for g in reaching or carrying), default=Label.PUBLIC)
        if any(_is_everything(g) for g in reaching):
            return Scope(everything=True, clearance=clearance)
        areas, numbers = self._gridded([g for g in reaching if g.scope_rule == ScopeRule.GRIDS])
        return Scope(
            offices=_each_once(code for g in reaching for code in self._codes_of(g)),
            divisions=_each_once(g.division_code for g in reaching if _answers_for_division(g)),
            areas=areas,
            numbers=numbers,
            clearance=clearance,
        )

    def _carrying(self, permission: str) -> list[Grant]:
        return [g for g in self.grants if permission in g.permissions]

    def _codes_of(self, grant: Grant) -> list[str]:
        if grant.scope_rule == ScopeRule.SUBTREE:
            return self._codes[0].get(grant.office_id, [])
        if grant.scope_rule == ScopeRule.OFFICE:
            return [grant.office_code, *self._codes[1].get(grant.office_id, [])]
        return []

    @cached_property
    def _codes(self) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
        """Codes by office: of whole subtrees, and of the offices merged into one."""
        whole = {g.office_id for g in self.all_grants if g.scope_rule == ScopeRule.SUBTREE and not _is_everything(g)}
        own = {g.office_id for g in self.all_grants if g.scope_rule == ScopeRule.OFFICE} - whole
        found: dict[int, list[str]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(CODES, {"own": list(own), "whole": list(whole)})
            for office_id, code in cursor.fetchall():
                found[office_id].append(code)
        return {i: found[i] for i in whole}, found

    def _gridded(self, grants: list[Grant]) -> tuple[tuple[Area, ...], tuple[str, ...]]:
        areas, numbers = [], []
        for grant in grants:
            for holder_id, code, path, divisions, listed in self._grids:
                if holder_id == grant.holder_id and path.startswith(grant.office_path):
                    areas += [Area(code, prefix) for prefix in divisions]
                    numbers += listed
        return tuple(dict.fromkeys(areas)), _each_once(numbers)

    @cached_property
    def _grids(self) -> list[tuple[int, str, str, list[str], list[str]]]:
        holders = {g.holder_id for g in self.all_grants if g.scope_rule == ScopeRule.GRIDS}
        with connection.cursor() as cursor:
            cursor.execute(GRIDS, {"users": list(holders), "day": self.day})
            return cursor.fetchall()


def _is_everything(grant: Grant) -> bool:
    whole_country = grant.scope_rule == ScopeRule.SUBTREE and grant.office_level == OfficeLevel.HEADQUARTERS
    return whole_country or grant.scope_rule == ScopeRule.EVERYTHING


def _answers_for_division(grant: Grant) -> bool:
    """
    Offices down to the county have a division to themselves; several branches share one.

    A household of the division that names no office, or one unknown here, is thus in somebody's charge.
    """
    is_whole = grant.scope_rule == ScopeRule.SUBTREE and grant.office_level <= OfficeLevel.COUNTY
    return is_whole and bool(grant.division_code)


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
