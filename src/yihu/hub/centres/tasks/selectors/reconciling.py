"""Reads of reconciliations, bounded by the offices the systems belong to."""

from typing import Any

from django.db.models import QuerySet

from yihu.hub.centres.exchange.api import OutsideSystem, list_systems
from yihu.hub.centres.tasks.models import Reconciliation


def list_reports(actor: Any, permission: str = "exchange.view") -> QuerySet[Reconciliation]:
    """Reports about systems within reach."""
    codes = list_systems(actor, permission).values("code")
    return Reconciliation.objects.select_related("source", "mended_by").filter(source__code__in=codes)


def systems_to_fetch(actor: Any) -> list[OutsideSystem]:
    """Systems within reach whose list can be fetched now."""
    return list(list_systems(actor, "exchange.operate").filter(state="ENABLED").exclude(list_url=""))
