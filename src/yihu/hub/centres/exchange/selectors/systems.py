"""Reads of systems, bounded by the offices the reader reaches."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yihu.hub.centres.exchange.choices import ProposalState, SystemState, Window
from yihu.hub.centres.exchange.models import OutsideSystem, Proposal, QuotaUse
from yihu.hub.foundation.org.api import within


def list_systems(actor: Any, permission: str = "exchange.view") -> QuerySet[OutsideSystem]:
    """Systems whose owner office is within reach."""
    return OutsideSystem.objects.select_related("office").filter(within(actor, permission, "office__"))


def find_system(code: str) -> OutsideSystem | None:
    """One system by its code, for the machine's own use: whoever asks has judged reach elsewhere."""
    return OutsideSystem.objects.select_related("office").filter(code=code).first()


def systems_with_lists() -> list[OutsideSystem]:
    """Enabled systems that serve a list for reconciliation."""
    return list(OutsideSystem.objects.filter(state=SystemState.ENABLED).exclude(list_url="").order_by("code"))


def open_proposal_of(system: OutsideSystem) -> Proposal | None:
    """Terms that wait for a second person."""
    return system.proposals.select_related("proposed_by").filter(state=ProposalState.OPEN).first()


def used_of(system: OutsideSystem, now: datetime) -> tuple[int, int]:
    """Requests let in within the present minute and day."""
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = {(Window.MINUTE, minute): 0, (Window.DAY, day): 0}
    rows = QuotaUse.objects.filter(system=system, begins_at__in=[minute, day]).values_list(
        "window", "begins_at", "used"
    )
    for window, begins_at, used in rows:
        if (window, begins_at) in wanted:
            wanted[window, begins_at] = used
    return wanted[Window.MINUTE, minute], wanted[Window.DAY, day]
