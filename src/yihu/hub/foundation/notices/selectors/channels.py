"""What the keeper of the channels sees: what goes out, what came in, without anybody's number or words."""

from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from yihu.hub.foundation.notices.catalogue import Template, shipped_templates
from yihu.hub.foundation.notices.choices import Channel, State
from yihu.hub.foundation.notices.models import Address, Delivery, IncomingSms, Wording
from yihu.hub.foundation.org.api import User


def list_deliveries() -> QuerySet[Delivery]:
    """Mail and SMS, newest first."""
    return Delivery.objects.select_related("receiver", "notice").order_by("-id")


def find_delivery(number: int) -> Delivery | None:
    return Delivery.objects.select_related("receiver").filter(pk=number).first()


def list_incoming() -> QuerySet[IncomingSms]:
    return IncomingSms.objects.select_related("user").order_by("-id")


def count_states(*, since: datetime) -> dict[tuple[str, str], int]:
    """Deliveries by channel and state since an instant."""
    rows = Delivery.objects.filter(created_at__gte=since).values("channel", "state").order_by()
    return {(r["channel"], r["state"]): r["n"] for r in rows.annotate(n=Count("pk"))}


def oldest_waiting(*, now: datetime) -> timedelta | None:
    """How long the oldest due delivery has waited; None when nothing is late."""
    first = Delivery.objects.filter(state=State.QUEUED, due_at__lt=now).order_by("due_at").first()
    return now - first.created_at if first else None


def list_sms_for_simulator() -> QuerySet[Delivery]:
    """SMS the simulator took, newest first."""
    rows = Delivery.objects.filter(channel=Channel.SMS, reference__startswith="loopback-")
    return rows.select_related("receiver", "address").order_by("-id")


def list_templates() -> list[tuple[Template, Wording | None]]:
    """Every shipped template with the words in its place, in the order of their codes."""
    changed = {w.code: w for w in Wording.objects.select_related("changed_by")}
    return [(template, changed.get(code)) for code, template in shipped_templates().items()]


def list_addresses(user: User) -> list[Address]:
    """One's own numbers and mail addresses that stand, also those that wait for their day."""
    return list(Address.objects.filter(user=user, ended_at=None).order_by("channel", "effective_at"))
