"""Which offices lie within a person's reach by one permission, as a condition for queries."""

from typing import Any

from django.db.models import Q

from yihu.hub.foundation.org.choices import OfficeLevel, ScopeRule
from yihu.hub.foundation.org.models import Office


def within(actor: Any, permission: str, prefix: str = "") -> Q:
    """
    The condition that the office reached by `prefix` (e.g. `office__`) is within reach. Ranges of the path index only.

    :param actor: None for the machine itself, which reaches everything
    """
    if actor is None:
        return Q()
    condition = Q(pk__in=())
    for grant in actor.actor.grants if actor.is_active else ():
        if permission not in grant.permissions:
            continue
        top = grant.scope_rule == ScopeRule.SUBTREE and grant.office_level == OfficeLevel.HEADQUARTERS
        if top or grant.scope_rule == ScopeRule.EVERYTHING:
            return Q()
        if grant.scope_rule == ScopeRule.SUBTREE:
            condition |= below(grant.office_path, prefix)
        else:
            condition |= Q(**{f"{prefix}pk": grant.office_id})
    return condition


def below(path: str, prefix: str = "") -> Q:
    """The condition of one office and everything below it; codes sort before "~" in collation C."""
    return Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": path + "~"})


def under(office: Office, prefix: str = "") -> Q:
    """As `below`, of an office at hand."""
    return below(office.path, prefix)
