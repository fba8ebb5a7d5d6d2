"""What the running program knows, for bundles to name."""

from django.utils import timezone

from yihu.hub.centres.matters.catalogue.bundle import Known
from yihu.hub.centres.matters.catalogue.families import families
from yihu.hub.centres.matters.catalogue.registries import checks, handlers, prefills
from yihu.hub.centres.rules import api as rules
from yihu.hub.foundation.codes.api import list_tables, live_tables
from yihu.hub.foundation.org.api import list_duties, permissions


def known() -> Known:
    """Handlers, code tables, duties, permissions and families as of now. Two queries."""
    tables = list_tables(timezone.localdate()).filter(current_id__isnull=False)
    return Known(
        handlers=frozenset(handlers()),
        prefills=frozenset(prefills()),
        code_tables=frozenset(tables.values_list("code", flat=True)) | live_tables(),
        checks=frozenset(checks()),
        permissions=frozenset(permissions()),
        duties=frozenset(list_duties().values_list("code", flat=True)),
        families=frozenset(families()),
        has_decision=_has_decision,
    )


def _has_decision(key: str) -> bool:
    try:
        rules.version_for(key, on=timezone.localdate())
    except rules.NoDecisionError:
        return False
    return True
