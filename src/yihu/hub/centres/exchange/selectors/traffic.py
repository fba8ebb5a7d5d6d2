"""Reads of what passes, bounded by the offices the reader reaches."""

from typing import Any

from django.db.models import Count, DateTimeField, Exists, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from yihu.hub.centres.exchange.choices import LetterState, ProposalState, Window
from yihu.hub.centres.exchange.models import DeadLetter, Delivery, OutsideSystem, Passage, Proposal, QuotaUse, SystemKey
from yihu.hub.centres.exchange.selectors.systems import list_systems
from yihu.hub.foundation.org.api import within


def with_figures(systems: QuerySet[OutsideSystem]) -> QuerySet[OutsideSystem]:
    """Each system with `waiting`, `today`, `open_letters` and `last_seen`."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    open_ones = Proposal.objects.filter(system=OuterRef("pk"), state=ProposalState.OPEN)
    use = QuotaUse.objects.filter(system=OuterRef("pk"), window=Window.DAY, begins_at=midnight).values("used")
    letters = DeadLetter.objects.filter(system=OuterRef("pk"), state=LetterState.OPEN).values("system")
    seen = SystemKey.objects.filter(system=OuterRef("pk")).values("system").annotate(last=Max("last_used_at"))
    return systems.annotate(
        waiting=Exists(open_ones),
        today=Subquery(use[:1], output_field=IntegerField()),
        open_letters=Coalesce(Subquery(letters.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        last_seen=Subquery(seen.values("last"), output_field=DateTimeField()),
    )


def figured_systems(actor: Any) -> QuerySet[OutsideSystem]:
    """The list of systems as a page shows it."""
    return with_figures(list_systems(actor))


def list_passages(actor: Any) -> QuerySet[Passage]:
    """Lines of the log about systems within reach."""
    return Passage.objects.select_related("system").filter(within(actor, "exchange.view", "system__office__"))


def list_letters(actor: Any, permission: str = "exchange.view") -> QuerySet[DeadLetter]:
    """Dead letters of systems within reach."""
    rows = DeadLetter.objects.select_related("system__office", "closed_by")
    return rows.filter(within(actor, permission, "system__office__"))


def list_deliveries(actor: Any, permission: str = "exchange.view") -> QuerySet[Delivery]:
    """Messages to systems within reach."""
    return Delivery.objects.select_related("system__office").filter(within(actor, permission, "system__office__"))


def list_proposals(actor: Any, permission: str = "exchange.view") -> QuerySet[Proposal]:
    """Terms proposed for systems within reach."""
    rows = Proposal.objects.select_related("system__office", "proposed_by", "decided_by")
    return rows.filter(within(actor, permission, "system__office__"))


def list_keys(actor: Any, permission: str) -> QuerySet[SystemKey]:
    """Keys of systems within reach."""
    rows = SystemKey.objects.select_related("system__office", "made_by")
    return rows.filter(within(actor, permission, "system__office__"))
