"""Keeping the list of vehicles and rooms."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.bookings.choices import BookingState, ResourceState
from yihu.hub.subsystems.bookings.models import Booking, Resource
from yihu.hub.subsystems.bookings.services.refusals import UnableToKeepError

KEPT = (
    "kind", "code", "name", "office", "place", "capacity", "plate", "energy", "equipment", "is_shared", "state", "note",
)  # fmt: skip


@transaction.atomic
def save_resource(*, actor: User, now: datetime, resource: Resource | None = None, **values: Any) -> Resource:
    """
    Write a resource down, or change it.

    :param values: of `KEPT`; the kind and the code of one that is there do not change
    :raises UnableToKeepError: see the class
    """
    kept = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk) if resource else Resource()
    before = _told(kept) if resource else {}
    for office in (values.get("office"), kept.office if resource else None):
        if office is not None and not actor.reaches("bookings.keep", office):
            raise UnableToKeepError("BKG-008", f"{office.name} 的资源不由您管理，请由该机关的资源管理人办理")
    if resource and values.get("state") == ResourceState.RETIRED:
        _check_unbooked(kept, now)
    for name in KEPT:
        if name in values and not (resource and name in {"kind", "code"}):
            setattr(kept, name, values[name])
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise UnableToKeepError(
            "BKG-010", f"编号 {kept.code} 或车牌 {kept.plate or '—'} 已属另一项资源，请核对"
        ) from None
    record(
        verb="resource.change" if resource else "resource.create", request=current_request(), actor=actor,
        target=f"resource:{kept.pk}", target_name=str(kept), before=before, after=_told(kept),
    )  # fmt: skip
    return kept


def _check_unbooked(resource: Resource, now: datetime) -> None:
    waiting = Booking.objects.filter(
        resource=resource, state__in=(BookingState.HELD, BookingState.CONFIRMED), during__endswith__gt=now
    ).count()
    if waiting:
        raise UnableToKeepError("BKG-011", f"{resource} 还有 {waiting} 项未使用的预约，请先改期或取消，再停用")


def _told(resource: Resource) -> dict[str, Any]:
    found = {name: getattr(resource, name) for name in KEPT if name not in {"office", "equipment"}}
    return {**found, "office": resource.office.code, "equipment": "、".join(resource.equipment)}
